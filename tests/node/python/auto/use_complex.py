import cmath
import math

print(cmath.sqrt(-1), abs(3 + 4j), (1 + 2j).real, cmath.exp(1j * math.pi), complex(1, -2), complex("1+2j"), cmath.phase(1j), 1j**2, (2 + 3j) / (1 - 1j), (1 + 2j) == (1 + 2j), -1j, 1.5 + 0j)
