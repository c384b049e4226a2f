using System.Text;

namespace WireProtocols.InteropTests.Http1;

/// <summary>Chunked bodies, good ones and ones that went through a few mutations; the same on every run.</summary>
public static class DifferentialBodies
{
    private static readonly string[] Seeds =
    [
        "5\r\nhello\r\n0\r\n\r\n",
        "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n",
        "A\r\n0123456789\r\n000\r\n\r\n",
        "4;a=b\r\nWire\r\n0;end\r\n\r\n",
        "4;a=\"b;c\\\"d\" ; e = f\r\nWire\r\n0\r\n\r\n",
        "3\r\n\r\n0\r\n0\r\nX: y\r\n\r\n",
        "2\r\nhi\r\n0\r\nA: 1\r\nB: two words \r\nContent-Length: 9\r\n\r\n",
        "7fffffffffffffff\r\nlong",
        "0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ];

    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\r\r", "0\r\n\r\n", "1\r\n", " ", "\t", ";", "=", "\"", "\\", ":", "a", "f", "g", "0x", "-", "+", "_", "\0", "\v",
        "\u00e9", ";a", ";a=b",
        "X: y\r\n", " folded\r\n", "ffffffffffffffff", "10000000000000000", "00000000000000000",
    ];

    public static IReadOnlyList<byte[]> Create(int count, int seed)
    {
        Random random = new(seed);
        List<byte[]> bodies = [.. Seeds.Select(Encoding.Latin1.GetBytes)];
        while (bodies.Count < count)
        {
            StringBuilder body = new(Seeds[random.Next(Seeds.Length)]);
            for (int changes = 1 + random.Next(3); changes > 0; changes--)
            {
                Mutate(body, random);
            }

            bodies.Add(Encoding.Latin1.GetBytes(body.ToString()));
        }

        return bodies;
    }

    private static void Mutate(StringBuilder body, Random random)
    {
        int at = random.Next(body.Length + 1);
        string token = Tokens[random.Next(Tokens.Length)];
        switch (random.Next(4))
        {
            case 0:
                body.Insert(at, token);
                break;
            case 1 when at < body.Length:
                body.Remove(at, 1).Insert(at, token);
                break;
            case 2 when at < body.Length:
                body.Remove(at, Math.Min(body.Length - at, 1 + random.Next(2)));
                break;
            case 3:
                body.Length = at;
                break;
        }
    }
}
