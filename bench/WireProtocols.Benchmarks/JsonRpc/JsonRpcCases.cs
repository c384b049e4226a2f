using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.JsonRpc;

namespace WireProtocols.Benchmarks.JsonRpc;

/// <summary>
/// Requests of an editor behind header fields, from a pipe. The peer is the loop that servers have by hand: the end of the header by a search, the
/// field by another, and a slice; it looks neither at the other fields nor into the message.
/// </summary>
public static class JsonRpcCases
{
    public const int Count = 1_024;

    private static readonly byte[] Messages = Create();
    private static readonly JsonRpcReader Reader = new(new LoopPipeReader(Messages));
    private static readonly JsonRpcReader Framer = new(new LoopPipeReader(Messages), new JsonRpcOptions { Validate = false });
    private static readonly byte[] Request = Encoding.UTF8.GetBytes(CreateRequest(7));

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("jsonrpc.frame", Count, Frame, "IndexOf", Search, null);
        yield return new CompareCase("jsonrpc.read", Count, Read, null, null, null);
        yield return new CompareCase("jsonrpc.outline", Count, Outline, "JsonDocument", Parse, null);
    }

    public static void Frame() => Drain(Framer);

    public static void Read() => Drain(Reader);

    public static void Outline()
    {
        int sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += JsonRpcOutline.Read(Request).Method.Length;
        }

        Sink.Keep(sum);
    }

    private static void Drain(JsonRpcReader reader)
    {
        // The pipe never waits.
        ValueTask<bool> ready = reader.WaitToReadAsync();
        long sum = ready.IsCompletedSuccessfully && ready.Result ? 0 : throw new InvalidOperationException("There is nothing to read.");
        while (reader.TryRead(out JsonRpcMessage message))
        {
            sum += message.Content.Length;
        }

        Sink.Keep(sum);
    }

    private static void Search()
    {
        ReadOnlySpan<byte> rest = Messages;
        long sum = 0;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf("\r\n\r\n"u8);
            int value = rest[..end].IndexOf("Content-Length: "u8) + "Content-Length: "u8.Length;
            if (!Utf8Parser.TryParse(rest[value..end], out int length, out _))
            {
                break;
            }

            sum += rest.Slice(end + 4, length).Length;
            rest = rest[(end + 4 + length)..];
        }

        Sink.Keep(sum);
    }

    private static void Parse()
    {
        int sum = 0;
        for (int i = 0; i < Count; i++)
        {
            using JsonDocument document = JsonDocument.Parse(Request);
            JsonElement root = document.RootElement;
            bool isRequest = root.GetProperty("jsonrpc"u8).ValueEquals("2.0"u8) && root.TryGetProperty("id"u8, out _)
                && root.TryGetProperty("params"u8, out _);
            sum += isRequest ? root.GetProperty("method"u8).GetString()!.Length : 0;
        }

        Sink.Keep(sum);
    }

    private static byte[] Create()
    {
        ArrayBufferWriter<byte> output = new();
        using JsonRpcWriter writer = new(output);
        for (int i = 0; i < Count; i++)
        {
            writer.Write(Encoding.UTF8.GetBytes(CreateRequest(i)));
        }

        return output.WrittenSpan.ToArray();
    }

    private static string CreateRequest(int i) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"jsonrpc\":\"2.0\",\"id\":{i},\"method\":\"textDocument/hover\",\"params\":{{\"textDocument\":{{\"uri\":\"file:///src/main.rs\"}},"
            + $"\"position\":{{\"line\":{i * 7 % 900},\"character\":{i % 80}}}}}}}");
}
