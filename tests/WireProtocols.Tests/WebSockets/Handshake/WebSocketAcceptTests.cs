using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketAcceptTests
{
    private static readonly Gen<byte[]> Nonces = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(16);

    [Fact]
    public void The_key_of_the_specification_has_its_accept_value()
    {
        Span<byte> accept = stackalloc byte[WebSocketAccept.AcceptLength];

        Assert.Equal(OperationStatus.Done, WebSocketAccept.Compute("dGhlIHNhbXBsZSBub25jZQ=="u8, accept));
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Encoding.ASCII.GetString(accept));
        Assert.True(WebSocketAccept.Verify("dGhlIHNhbXBsZSBub25jZQ=="u8, accept));
        Assert.False(WebSocketAccept.Verify("dGhlIHNhbXBsZSBub25jZA=="u8, accept));
    }

    [Fact]
    public void Every_key_is_hashed_as_the_platform_would()
        => Prop.ForAll(Nonces.ToArbitrary(), nonce =>
        {
            string key = Convert.ToBase64String(nonce);
            byte[] accept = new byte[WebSocketAccept.AcceptLength];
            Assert.Equal(OperationStatus.Done, WebSocketAccept.Compute(Encoding.ASCII.GetBytes(key), accept));
#pragma warning disable CA5350
            Assert.Equal(
                Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))),
                Encoding.ASCII.GetString(accept));
#pragma warning restore CA5350
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_key_is_the_one_canonical_base64_of_16_bytes()
        => Prop.ForAll(Nonces.ToArbitrary(), Gen.Choose(0, 23).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(), (nonce, at, value) =>
        {
            byte[] key = Encoding.ASCII.GetBytes(Convert.ToBase64String(nonce));
            Assert.True(WebSocketAccept.IsKey(key));
            key[at] = (byte)value;
            Assert.Equal(IsCanonical(Encoding.Latin1.GetString(key)), WebSocketAccept.IsKey(key));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData("")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ===")]
    [InlineData("dGhlIHNhbXBsZSBub25jZR==")]
    [InlineData("dGhlIHNhbXBsZSBub25j")]
    [InlineData("dGhlIHNhbXBsZSBub25jZWU=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==")]
    public void What_is_no_key_is_not_hashed(string key)
    {
        byte[] accept = new byte[WebSocketAccept.AcceptLength];

        Assert.Equal(OperationStatus.InvalidData, WebSocketAccept.Compute(Encoding.ASCII.GetBytes(key), accept));
        Assert.All(accept, b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_small_destination_is_left_alone()
    {
        byte[] accept = new byte[WebSocketAccept.AcceptLength - 1];

        Assert.Equal(OperationStatus.DestinationTooSmall, WebSocketAccept.Compute("dGhlIHNhbXBsZSBub25jZQ=="u8, accept));
        Assert.All(accept, b => Assert.Equal(0, b));
        Assert.Throws<ArgumentException>(() => WebSocketAccept.GenerateKey(new byte[23]));
    }

    [Fact]
    public void Generated_keys_are_keys_and_differ()
    {
        HashSet<string> seen = [];
        byte[] key = new byte[WebSocketAccept.KeyLength];
        for (int round = 0; round < 100; round++)
        {
            WebSocketAccept.GenerateKey(key);
            Assert.True(WebSocketAccept.IsKey(key));
            Assert.True(seen.Add(Encoding.ASCII.GetString(key)));
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] accept = new byte[WebSocketAccept.AcceptLength];
        WebSocketAccept.Compute("dGhlIHNhbXBsZSBub25jZQ=="u8, accept);
        long before = GC.GetAllocatedBytesForCurrentThread();
        WebSocketAccept.Compute("dGhlIHNhbXBsZSBub25jZQ=="u8, accept);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool IsCanonical(string key)
    {
        byte[] nonce = new byte[24];
        return Convert.TryFromBase64String(key, nonce, out int written) && written == 16 && Convert.ToBase64String(nonce.AsSpan(0, 16)) == key;
    }
}
