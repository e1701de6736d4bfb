"""Signing in with an API key, where the server asks for one: a form that works before anything else is loaded."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from forecastle.server.web.place import COOKIE, PAGE, SIGN_IN
from forecastle.server.web.visitor import the_house

router = APIRouter(include_in_schema=False)

WEEK = 7 * 24 * 3600

FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in · Forecastle</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="{page}/assets/logo.svg">
<link rel="stylesheet" href="{page}/assets/page.css"></head>
<body class="gate"><main class="card">
<img src="{page}/assets/logo.svg" alt="" width="44" height="44">
<h1>Sign in to Forecastle</h1>
<form method="post" action="{action}" class="stack">
<label class="stack tight">API key<input name="key" type="password" required autofocus autocomplete="current-password"
 aria-describedby="about"></label>
<p id="about" class="muted small">Whoever runs this server makes one: <code>forecastle keys create NAME</code>.</p>
{wrong}<button>Sign in</button></form></main></body></html>"""


@router.get("/sign-in")
async def form() -> HTMLResponse:
    """The form."""
    return _form()


@router.post("/sign-in")
async def sign_in(request: Request, key: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Remember the key in a cookie that only the page is sent, if it is somebody's."""
    if await the_house().access.owner(key.strip()) is None:
        return _form(wrong="Nobody has this key, or it was revoked.")
    answer = RedirectResponse(PAGE + "/", 303)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(COOKIE, key.strip(), max_age=WEEK, path=PAGE, secure=secure, httponly=True, samesite="strict")
    return answer


@router.get("/sign-out")
async def sign_out() -> RedirectResponse:
    """Forget it."""
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(COOKIE, path=PAGE, httponly=True, samesite="strict")
    return answer


def _form(wrong: str = "") -> HTMLResponse:
    told = f'<p class="bad" role="alert">{escape(wrong)}</p>' if wrong else ""
    return HTMLResponse(FORM.format(page=PAGE, action=SIGN_IN, wrong=told), 401 if wrong else 200)
