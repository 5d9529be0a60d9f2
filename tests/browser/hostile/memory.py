try:
    text = "x" * 1000000
    for i in range(40):
        text = text + text
    print("endless")
except (MemoryError, OverflowError):
    print("refused")
try:
    kept = []
    while True:
        kept.append(bytearray(500000000))
except MemoryError:
    print("refused")
