"""How long the first calculation of the day waits for Python: our functions against bare xlwings."""

import statistics
import subprocess
import sys
import time

ROUNDS = 15
OURS = "our functions"  # as the server loads them
# xlwings where pandas and numpy are not installed
BARE = "import sys; sys.modules.update(dict.fromkeys(('numpy', 'pandas', 'polars', 'PIL'))); import xlwings"


def seconds(statement: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Alternates the two, so that both meet the same state of the machine; nothing else is counted."""
    kinds = {
        "nothing": "pass",
        "xlwings": "import xlwings",
        "bare xlwings": BARE,
        OURS: "from selfeval_xl.excel import xl, functions; [xl.declared(f) for f in functions.FUNCTIONS]",
    }
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for statement in kinds.values():
        seconds(statement)  # writes the byte code
    for _ in range(ROUNDS):
        for name, statement in kinds.items():
            taken[name].append(seconds(statement))
    median = {name: statistics.median(times) for name, times in taken.items()}
    for name, value in median.items():
        print(f"{name:20} {value * 1000:7.1f} ms")
    whole = median[OURS] / median["xlwings"]
    alone = (median[OURS] - median["nothing"]) / (median["xlwings"] - median["nothing"])
    print(f"ratio to xlwings {whole:.3f} (without the start of Python itself: {alone:.3f})")
    bare = median[OURS] / median["bare xlwings"]
    print(f"ratio to xlwings where pandas is not installed {bare:.3f}")


if __name__ == "__main__":
    main()
