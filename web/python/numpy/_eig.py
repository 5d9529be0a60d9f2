"""Eigenvalues and right eigenvectors of general real matrices, as lists of rows, in LAPACK's order of
steps (dgeev), which settles the order of the values and the signs of the vectors: isolated eigenvalues
first, Householder's Hessenberg form, Francis's double shift, back substitution."""
import math

_EPS = 2.0**-53
_ULP = 2.0**-52
_TINY = 2.2250738585072014e-308


def _sign(size, of):
    return math.copysign(abs(size), of)


def _isolate(a, n):
    """Permutes rows and columns until those that stand alone are outside of [low, high]; gives these
    and the permutation."""
    places = list(range(n))

    def exchange(i, j):
        for row in a:
            row[i], row[j] = row[j], row[i]
        a[i], a[j] = a[j], a[i]

    low, high = 0, n - 1
    again = True
    while again and high >= 0:
        again = False
        for i in range(high, -1, -1):
            if all([a[i][j] == 0 for j in range(high + 1) if j != i]):
                places[high] = i
                if i != high:
                    exchange(i, high)
                if high == 0:
                    return 0, 0, places
                high -= 1
                again = True
                break
    again = True
    while again:
        again = False
        for j in range(low, high + 1):
            if all([a[i][j] == 0 for i in range(low, high + 1) if i != j]):
                places[low] = j
                if j != low:
                    exchange(j, low)
                low += 1
                again = True
                break
    return low, high, places


def _reflector(x):
    """(beta, v without its leading 1, tau) of the reflector that maps x on beta times the first axis."""
    norm = math.sqrt(sum([t * t for t in x[1:]]))
    if norm == 0:
        return x[0], x[1:], 0.0
    beta = -_sign(math.sqrt(x[0] * x[0] + norm * norm), x[0])
    return beta, [t / (x[0] - beta) for t in x[1:]], (beta - x[0]) / beta


def _hessenberg(a, n, low, high):
    """Reduces a in place; gives the orthogonal matrix."""
    z = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    found = []
    for c in range(low, high):
        beta, rest, tau = _reflector([a[i][c] for i in range(c + 1, high + 1)])
        v = [1.0] + rest
        found.append((c, v, tau))
        a[c + 1][c] = beta
        for i in range(c + 2, high + 1):
            a[i][c] = 0.0
        if tau == 0:
            continue
        for i in range(high + 1):
            dot = tau * sum([a[i][c + 1 + k] * v[k] for k in range(len(v))])
            for k in range(len(v)):
                a[i][c + 1 + k] -= dot * v[k]
        for j in range(c + 1, n):
            dot = tau * sum([a[c + 1 + k][j] * v[k] for k in range(len(v))])
            for k in range(len(v)):
                a[c + 1 + k][j] -= dot * v[k]
    for c, v, tau in reversed(found):
        for j in range(n):
            dot = tau * sum([z[c + 1 + k][j] * v[k] for k in range(len(v))])
            for k in range(len(v)):
                z[c + 1 + k][j] -= dot * v[k]
    return z


def _standard(a, b, c, d):
    """The rotation that makes [[a, b], [c, d]] triangular, or its diagonal equal: (a, b, c, d, cos, sin)."""
    cs, sn = 1.0, 0.0
    if c == 0:
        pass
    elif b == 0:
        cs, sn = 0.0, 1.0
        a, d = d, a
        b, c = -c, 0.0
    elif a - d == 0 and _sign(1, b) != _sign(1, c):
        pass
    else:
        temp = a - d
        p = 0.5 * temp
        most = max(abs(b), abs(c))
        least = min(abs(b), abs(c)) * _sign(1, b) * _sign(1, c)
        scale = max(abs(p), most)
        z = p / scale * p + most / scale * least
        if z >= 4 * _EPS:
            z = p + _sign(math.sqrt(scale) * math.sqrt(z), p)
            a = d + z
            d -= most / z * least
            tau = math.sqrt(c * c + z * z)
            cs, sn = z / tau, c / tau
            b, c = b - c, 0.0
        else:
            sigma = b + c
            tau = math.sqrt(sigma * sigma + temp * temp)
            cs = math.sqrt(0.5 * (1 + abs(sigma) / tau))
            sn = -(p / (tau * cs)) * _sign(1, sigma)
            aa, bb, cc, dd = a * cs + b * sn, b * cs - a * sn, c * cs + d * sn, d * cs - c * sn
            a, b, c, d = aa * cs + cc * sn, bb * cs + dd * sn, cc * cs - aa * sn, dd * cs - bb * sn
            a = d = 0.5 * (a + d)
            if c != 0 and b != 0 and _sign(1, b) == _sign(1, c):
                root_b, root_c = math.sqrt(abs(b)), math.sqrt(abs(c))
                p = _sign(root_b * root_c, c)
                tau = 1 / math.sqrt(abs(b + c))
                a, d = a + p, a - p
                b, c = b - c, 0.0
                c1, s1 = root_b * tau, root_c * tau
                cs, sn = cs * c1 - sn * s1, cs * s1 + sn * c1
            elif c != 0 and b == 0:
                b, c = -c, 0.0
                cs, sn = -sn, cs
    return a, b, c, d, cs, sn


def _schur(h, z, n, low, high):
    """Makes the Hessenberg matrix quasi-triangular; z collects the rotations."""
    small = _TINY * ((high - low + 1) / _ULP)
    end = high
    while end >= low:
        start = low
        for step in range(301):
            k = end
            while k > low:
                below = abs(h[k][k - 1])
                if below <= small:
                    break
                size = abs(h[k - 1][k - 1]) + abs(h[k][k])
                if size == 0:
                    size = (abs(h[k - 1][k - 2]) if k - 2 >= low else 0) + (
                        abs(h[k + 1][k]) if k + 1 <= high else 0
                    )
                if below <= _ULP * size:
                    ab, ba = max(below, abs(h[k - 1][k])), min(below, abs(h[k - 1][k]))
                    gap = abs(h[k - 1][k - 1] - h[k][k])
                    aa, bb = max(abs(h[k][k]), gap), min(abs(h[k][k]), gap)
                    s = aa + ab
                    if ba * (ab / s) <= max(small, _ULP * (bb * (aa / s))):
                        break
                k -= 1
            start = k
            if start > low:
                h[start][start - 1] = 0.0
            if start >= end - 1:
                break
            _sweep(h, z, n, start, end, step + 1)
        if start == end - 1:
            a, b, c, d, cs, sn = _standard(h[end - 1][end - 1], h[end - 1][end], h[end][end - 1], h[end][end])
            h[end - 1][end - 1], h[end - 1][end], h[end][end - 1], h[end][end] = a, b, c, d
            up, down = h[end - 1], h[end]
            for j in range(end + 1, n):
                up[j], down[j] = cs * up[j] + sn * down[j], cs * down[j] - sn * up[j]
            for row in h[: end - 1] + z:
                row[end - 1], row[end] = cs * row[end - 1] + sn * row[end], cs * row[end] - sn * row[end - 1]
        end = start - 1


def _sweep(h, z, n, start, end, step):
    """One double-shift step on the block [start, end]."""
    if step % 20 == 0:
        s = abs(h[end][end - 1]) + abs(h[end - 1][end - 2])
        h11 = h22 = 0.75 * s + h[end][end]
        h12, h21 = -0.4375 * s, s
    elif step % 10 == 0:
        s = abs(h[start + 1][start]) + abs(h[start + 2][start + 1])
        h11 = h22 = 0.75 * s + h[start][start]
        h12, h21 = -0.4375 * s, s
    else:
        h11, h21, h12, h22 = h[end - 1][end - 1], h[end][end - 1], h[end - 1][end], h[end][end]
    s = abs(h11) + abs(h12) + abs(h21) + abs(h22)
    r1 = i1 = r2 = i2 = 0.0
    if s:
        h11, h21, h12, h22 = h11 / s, h21 / s, h12 / s, h22 / s
        mean = (h11 + h22) / 2
        det = (h11 - mean) * (h22 - mean) - h12 * h21
        root = math.sqrt(abs(det))
        if det >= 0:
            r1 = r2 = mean * s
            i1, i2 = root * s, -root * s
        else:
            r1, r2 = mean + root, mean - root
            r1 = r2 = (r1 if abs(r1 - h22) <= abs(r2 - h22) else r2) * s
    m = end - 2
    while True:
        below = h[m + 1][m]
        s = abs(h[m][m] - r2) + abs(i2) + abs(below)
        below /= s
        v = [
            below * h[m][m + 1] + (h[m][m] - r1) * ((h[m][m] - r2) / s) - i1 * (i2 / s),
            below * (h[m][m] + h[m + 1][m + 1] - r1 - r2),
            below * h[m + 2][m + 1],
        ]
        s = abs(v[0]) + abs(v[1]) + abs(v[2])
        v = [t / s for t in v]
        if m == start:
            break
        around = abs(h[m - 1][m - 1]) + abs(h[m][m]) + abs(h[m + 1][m + 1])
        if abs(h[m][m - 1]) * (abs(v[1]) + abs(v[2])) <= _ULP * abs(v[0]) * around:
            break
        m -= 1
    for k in range(m, end):
        count = min(3, end - k + 1)
        if k > m:
            v = [h[k + i][k - 1] for i in range(count)]
        beta, rest, tau = _reflector(v[:count])
        if k > m:
            h[k][k - 1] = beta
            for i in range(1, count):
                h[k + i][k - 1] = 0.0
        elif m > start:
            h[k][k - 1] *= 1 - tau
        v = [1.0] + rest
        for j in range(k, n):
            dot = tau * sum([v[i] * h[k + i][j] for i in range(count)])
            for i in range(count):
                h[k + i][j] -= dot * v[i]
        for row in h[: min(k + 3, end) + 1] + z:
            dot = tau * sum([v[i] * row[k + i] for i in range(count)])
            for i in range(count):
                row[k + i] -= dot * v[i]


def eig(rows):
    """(eigenvalues, eigenvectors as columns); None for a matrix with complex eigenvalues."""
    n = len(rows)
    t = [[float(x) for x in row] for row in rows]
    low, high, places = _isolate(t, n)
    z = _hessenberg(t, n, low, high)
    _schur(t, z, n, low, high)
    if any([t[i + 1][i] != 0 for i in range(n - 1)]):
        return None
    values = [t[i][i] for i in range(n)]
    columns = []
    for k in range(n):
        x = [-t[i][k] for i in range(k)] + [1.0]
        least = max(_ULP * abs(values[k]), _TINY * n / _ULP)
        for j in range(k - 1, -1, -1):
            pivot = t[j][j] - values[k]
            if abs(pivot) < least:
                pivot = least
            x[j] /= pivot
            for i in range(j):
                x[i] -= x[j] * t[i][j]
        vector = [sum([z[i][j] * x[j] for j in range(k + 1)]) for i in range(n)]
        for i in list(range(low - 1, -1, -1)) + list(range(high + 1, n)):
            j = places[i]
            vector[i], vector[j] = vector[j], vector[i]
        norm = math.sqrt(sum([c * c for c in vector]))
        columns.append([c / norm for c in vector])
    return values, [[columns[j][i] for j in range(n)] for i in range(n)]
