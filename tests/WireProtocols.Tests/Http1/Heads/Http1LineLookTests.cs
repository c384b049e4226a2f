using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1ScanTests
{
    private const int Longest = 300;

    [Fact]
    public void Every_byte_is_classified_as_the_grammar_says_wherever_it_stands()
    {
        byte[] head = new byte[40];
        foreach (int at in new[] { 0, 7, 31, 32, 39 })
        {
            for (int value = 0; value < 256; value++)
            {
                Array.Fill(head, (byte)'a');
                head[at] = (byte)value;
                Assert.Equal(Http1Grammar.Token.Contains((byte)value) ? head.Length : at, Http1Scan.FindNonToken(head, 0));
                Assert.Equal(Http1Grammar.Controls.Contains((byte)value) ? at : head.Length, Http1Scan.FindControl(head, 0));
            }
        }
    }

    [Fact]
    public void The_first_one_is_found_at_every_length_and_from_every_start()
    {
        byte[] bytes = new byte[Longest];
        for (int length = 0; length <= Longest; length++)
        {
            Span<byte> head = bytes.AsSpan(0, length);
            for (int found = 0; found <= length; found += found < 70 ? 1 : 17)
            {
                head.Fill((byte)'a');
                head[Math.Min(found, length)..].Fill((byte)'\r');
                for (int start = 0; start <= found; start += start < 40 ? 1 : 29)
                {
                    Assert.Equal(found, Http1Scan.FindNonToken(head, start));
                    Assert.Equal(found, Http1Scan.FindControl(head, start));
                }
            }
        }
    }
}
