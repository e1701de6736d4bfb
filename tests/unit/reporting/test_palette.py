from forecastle.reporting import palette


def test_every_role_has_a_light_and_a_dark_colour_of_its_own() -> None:
    assert palette.LIGHT.keys() == palette.DARK.keys()
    assert len(set(palette.LIGHT.values())) == len(palette.LIGHT)
    assert len(palette.exchange()) == len(palette.LIGHT)


def test_text_stands_out_from_its_surroundings_as_accessibility_asks() -> None:
    for colours in (palette.LIGHT, palette.DARK):
        for text in ("ink", "muted", "forecast", "good", "warning", "error"):
            for ground in ("page", "surface", "raised"):
                assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground, colours[text])


def test_the_stylesheet_follows_the_readers_preference() -> None:
    light, _, dark = palette.stylesheet().partition("@media (prefers-color-scheme:dark)")
    assert f"--ink:{palette.LIGHT['ink']}" in light
    assert f"--ink:{palette.DARK['ink']}" in dark


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
