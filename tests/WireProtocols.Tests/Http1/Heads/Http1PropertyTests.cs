using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.Http1;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1PropertyTests
{
    private static readonly string[] Fragments =
    [
        "GET / HTTP/1.1\r\n", "POST /a?b HTTP/1.0\r\n", "OPTIONS * HTTP/1.1\r\n", "CONNECT a:1 HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "Host: a\r\n",
        "Host: [::1]:80\r\n",
        "X: y\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Connection: close\r\n",
        "\r\n", "\r", "\n", " ", "\t",
        ":", ",", ";", "=", "\"", "\\", "\0", "\xE9", "%", "%41", "chunked", "9223372036854775807", "0", "http://", "HTTP/", "2.0", "[", "]",
        "PRI * ",
    ];

    private static readonly Gen<byte[]> Heads =
        Gen.OneOf(Gen.Elements(Fragments), Gen.Choose(0, 255).Select(b => ((char)b).ToString())).ArrayOf()
            .SelectMany(parts => Gen.Choose(0, 40).Select(plan => (byte[])[(byte)plan, .. Encoding.Latin1.GetBytes(string.Concat(parts))]));

    private static readonly Gen<byte[]> HostileBytes =
        Gen.OneOf(
            Gen.Elements("a", "A-b", "x y", "\r\nX: y", "\r", "\n", "\0", "", " a", "a\t", "a:b", "\xE9", "\"", "a b\tc")
                .Select(Encoding.Latin1.GetBytes),
            Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf());

    [Fact]
    public void Any_bytes_decode_or_fail_as_the_oracle_says()
        => Prop.ForAll(Heads.ToArbitrary(), input => new Http1HeadTarget().Run(input)).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Whatever_the_writer_takes_as_a_field_comes_back_as_that_field()
        => Prop.ForAll(HostileBytes.ToArbitrary(), HostileBytes.ToArbitrary(), (name, value) =>
        {
            ArrayBufferWriter<byte> output = new();
            Http1HeadWriter writer = Http1HeadWriter.StartRequest(output, "GET"u8, "/"u8);
            writer.WriteField("Host"u8, "a"u8);
            int before = output.WrittenCount;
            try
            {
                writer.WriteField(name, value);
            }
            catch (ArgumentException)
            {
                Assert.Equal(before, output.WrittenCount);
                return;
            }

            writer.Complete();
            using Http1RequestDecoder decoder = new();
            Assert.Equal(OperationStatus.Done, decoder.Decode(output.WrittenSpan, out int consumed, out Http1RequestHead head));
            Assert.Equal(output.WrittenCount, consumed);
            Assert.Equal(2, head.Fields.Count);
            Assert.Equal(name, head.Fields[1].Name.ToArray());
            Assert.Equal(value, head.Fields[1].Value.ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Whatever_the_writer_takes_as_a_request_line_comes_back_as_that_line()
        => Prop.ForAll(HostileBytes.ToArbitrary(), HostileBytes.Select(b => (byte[])[(byte)'/', .. b]).ToArbitrary(), (method, target) =>
        {
            ArrayBufferWriter<byte> output = new();
            try
            {
                Http1HeadWriter writer = Http1HeadWriter.StartRequest(output, method, target);
                writer.WriteField("Host"u8, ""u8);
                writer.Complete();
            }
            catch (ArgumentException)
            {
                Assert.Equal(0, output.WrittenCount);
                return;
            }

            using Http1RequestDecoder decoder = new(new Http1Options { MaxMethodLength = 1000 });
            Assert.Equal(OperationStatus.Done, decoder.Decode(output.WrittenSpan, out _, out Http1RequestHead head));
            Assert.Equal(method, head.Method.ToArray());
            Assert.Equal(target, head.Target.ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Whatever_the_writer_takes_as_a_reason_comes_back_as_that_reason()
        => Prop.ForAll(HostileBytes.ToArbitrary(), Gen.Choose(100, 599).ToArbitrary(), (reason, status) =>
        {
            ArrayBufferWriter<byte> output = new();
            try
            {
                Http1HeadWriter writer = Http1HeadWriter.StartResponse(output, status, reason);
                writer.Complete();
            }
            catch (ArgumentException)
            {
                Assert.Equal(0, output.WrittenCount);
                return;
            }

            using Http1ResponseDecoder decoder = new();
            Assert.Equal(OperationStatus.Done, decoder.Decode(output.WrittenSpan, out _, out Http1ResponseHead head));
            Assert.Equal(status, head.StatusCode);
            Assert.Equal(reason, head.Reason.ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
