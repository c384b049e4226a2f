using WireProtocols.Http1;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Http1;

public class Http1VectorTests
{
    public static TheoryData<string> Names() => Vector.Names("http1");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Vector_has_its_rows_however_it_arrives(string name)
    {
        Vector vector = Vector.Get("http1", name);

        Assert.Equal(vector.Rows, await Segmentation.CheckAsync(vector.Bytes, Http1Subject.From(vector.Options)));
    }

    [Fact]
    public void Every_rule_has_a_vector_that_breaks_it()
    {
        HashSet<string> broken =
        [
            .. Vector.Load("http1").SelectMany(v => v.Rows).Where(r => r.StartsWith("error ", StringComparison.Ordinal)).Select(r => r.Split(' ')[1]),
        ];

        // What comes unasked no head can show: Http1ClientConnectionTests do.
        string[] others = [nameof(Http1ProtocolError.None), nameof(Http1ProtocolError.UnrequestedData)];
        Assert.Empty(Enum.GetNames<Http1ProtocolError>().Except(broken).Except(others));
    }

    [Fact]
    public void Every_rule_has_a_sentence_a_section_and_a_status()
    {
        Http1ProtocolError[] errors = [.. Enum.GetValues<Http1ProtocolError>().Where(e => e != Http1ProtocolError.None)];

        Assert.All(errors, e => Assert.Matches(@"^RFC \d+ §\d", e.GetRule().Section));
        Assert.All(errors, e => Assert.Contains(e.GetStatusCode(), new[] { 400, 413, 414, 431, 501, 502, 505 }));
        Assert.Equal(errors.Length, errors.Select(e => e.GetRule().Text).Distinct().Count());
    }

    /// <summary>All but the rules that read a whole value or the whole head are broken by the very byte that the error names.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Syntax_error_is_decided_by_the_offending_byte(string name)
    {
        Vector vector = Vector.Get("http1", name);
        if (vector.Options.GetValueOrDefault("role") == "response" || vector.Rows.Count != 1
            || !vector.Rows[0].StartsWith("error ", StringComparison.Ordinal))
        {
            return;
        }

        string[] row = vector.Rows[0].Split(' ');
        Http1ProtocolError error = Enum.Parse<Http1ProtocolError>(row[1]);
        if (IsReadWithTheLine(error))
        {
            return;
        }

        int offset = int.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture);
        IReadOnlyList<string> before = Http1Subject.From(vector.Options).Decode([vector.Bytes.AsMemory(0, offset)]);
        IReadOnlyList<string> with = Http1Subject.From(vector.Options).Decode([vector.Bytes.AsMemory(0, offset + 1)]);

        Assert.DoesNotContain(
            before, r => r.StartsWith("error ", StringComparison.Ordinal) && !r.StartsWith("error UnexpectedEnd", StringComparison.Ordinal));
        Assert.Contains(vector.Rows[0], with);
    }

    private static bool IsReadWithTheLine(Http1ProtocolError error) => error
        is Http1ProtocolError.UnexpectedEnd
        or Http1ProtocolError.InvalidTarget
        or Http1ProtocolError.DuplicateHost
        or Http1ProtocolError.InvalidHost
        or Http1ProtocolError.InvalidContentLength
        or Http1ProtocolError.DuplicateContentLength
        or Http1ProtocolError.ContentLengthTooLarge
        or Http1ProtocolError.ContentLengthWithTransferEncoding
        or Http1ProtocolError.InvalidTransferEncoding
        or Http1ProtocolError.ChunkedNotFinal
        or Http1ProtocolError.ChunkedTwice
        or Http1ProtocolError.TransferEncodingInHttp10
        or Http1ProtocolError.UnsupportedTransferCoding;
}
