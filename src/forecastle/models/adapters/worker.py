"""One process of `workers`, seen from inside: reads calls from standard input until it is closed."""

import os
import pickle
import sys
import warnings


def serve() -> None:
    """Carry out calls; what libraries print goes to standard error, for standard output belongs to the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    warnings.simplefilter("ignore")
    while True:
        try:
            function, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this one
        except EOFError:
            return
        try:
            answer = True, function(*args)
        except Exception as error:  # noqa: BLE001 - raised again by whoever called
            answer = False, error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    serve()
