using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcMetadataTests
{
    [Fact]
    public void Names_are_lower_case_and_values_keep_their_order()
    {
        RpcMetadata metadata = new();
        metadata.Add("Acme-Id", "1");
        metadata.Add("other", "");
        metadata.Add("acme-id", "2");
        metadata.AddBinary("Trace-Bin", [0, 1]);
        Assert.Equal([("acme-id", "1"), ("other", ""), ("acme-id", "2"), ("trace-bin", "AAE")], metadata.Entries);
        Assert.Equal(["1", "2"], metadata.GetValues("ACME-ID"));
        Assert.Equal("1", metadata.GetValue("acme-id"));
        Assert.Null(metadata.GetValue("absent"));
        Assert.Equal([[0, 1]], metadata.GetBinaryValues("trace-bin"));
    }

    [Theory]
    [InlineData("a b", "c")]
    [InlineData("", "c")]
    [InlineData("a:", "c")]
    [InlineData("a\r\nb", "c")]
    [InlineData("é", "c")]
    [InlineData("grpc-status", "0")]
    [InlineData("grpc-message", "c")]
    [InlineData("Connect-Timeout-Ms", "1")]
    [InlineData("trailer-a", "c")]
    [InlineData("content-length", "0")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("te", "trailers")]
    [InlineData("Date", "now")]
    [InlineData("a", "b\r\nc: d")]
    [InlineData("a", "b\n")]
    [InlineData("a", " b")]
    [InlineData("a", "b ")]
    [InlineData("a", "\u00e9")]
    [InlineData("a", "\0")]
    [InlineData("a-bin", "b")]
    [InlineData("a-bin", "b c=")]
    public void What_cannot_be_sent_as_metadata_is_refused(string name, string value)
    {
        RpcMetadata metadata = new();
        Assert.Throws<ArgumentException>(() => metadata.Add(name, value));
        Assert.Empty(metadata.Entries);
    }

    [Fact]
    public void Bytes_need_a_name_that_says_so() => Assert.Throws<ArgumentException>(() => new RpcMetadata().AddBinary("a", [1]));

    [Theory]
    [InlineData("AAE", "0001")]
    [InlineData("AAE=", "0001")]
    [InlineData("AA", "00")]
    [InlineData("AA==", "00")]
    [InlineData("AAEC", "000102")]
    [InlineData("", "")]
    public void A_binary_value_may_be_padded_or_not(string text, string hex)
    {
        Assert.True(RpcBinaryValue.TryDecode(text, out byte[]? bytes));
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AA=")]
    [InlineData("AAEC=")]
    [InlineData("AAEC====")]
    [InlineData("A===")]
    [InlineData("AA E")]
    [InlineData("AA\n")]
    [InlineData("-_-_")]
    [InlineData("=")]
    [InlineData("AA=A")]
    public void What_is_no_base64_is_no_binary_value(string text) => Assert.False(RpcBinaryValue.TryDecode(text, out _));

    [Fact]
    public void Binary_values_that_were_joined_are_told_apart()
    {
        RpcMetadata metadata = new();
        metadata.Add("a-bin", "AAE,AA==, AQ");
        Assert.Equal(["0001", "00", "01"], metadata.GetBinaryValues("a-bin").Select(Convert.ToHexStringLower));
    }

    [Fact]
    public void Any_bytes_are_a_binary_value_without_padding()
        => Prop.ForAll<byte[]>(bytes =>
        {
            string text = RpcBinaryValue.Encode(bytes);
            return !text.Contains('=', StringComparison.Ordinal) && RpcBinaryValue.TryDecode(text, out byte[]? again)
                && again.AsSpan().SequenceEqual(bytes);
        }).Check(Config.QuickThrowOnFailure);
}
