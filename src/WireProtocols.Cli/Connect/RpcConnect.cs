using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.View;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// A call of gRPC, gRPC-Web or a stream of Connect. What is HTTP/1.1 the tap shows; of gRPC, which is HTTP/2, the fields, messages and trailers are
/// shown as the platform's client hands them out.
/// </summary>
internal static class RpcConnect
{
    public static async Task<int> RunAsync(ConnectRun run, string protocol, CancellationToken stop)
    {
        bool isHttp2 = protocol == "grpc";
        RpcClientOptions options = new()
        {
            Protocol = protocol switch { "grpc" => RpcProtocol.Grpc, "connect" => RpcProtocol.Connect, _ => RpcProtocol.GrpcWeb },
            IsText = protocol == "grpc-web-text",
            Codec = protocol == "connect" ? "json" : "proto",
        };
        RpcClientCall call = new(RpcMethodKind.Bidirectional, options);
        using SocketsHttpHandler handler = ConnectHandler.Create(run, isTapped: !isHttp2);
        using HttpClient http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpRequestMessage request = new(HttpMethod.Post, run.Url)
        {
            Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(await WriteMessagesAsync(run, call, stop)),
        };
        foreach ((string name, string value) in call.Fields)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        run.AddHeaders(request.Headers, request.Content.Headers);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return isHttp2 ? await ShowAsync(run, response, stop) : await DrainAsync(run, response, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return run.Traffic.Status;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ToolException(ExitStatus.InputOutput, ToolException.Plain(exception));
        }
    }

    /// <summary>The body of the request: <c>--data</c> as one message, or those of stdin.</summary>
    private static async Task<byte[]> WriteMessagesAsync(ConnectRun run, RpcClientCall call, CancellationToken stop)
    {
        using MemoryStream body = new();
        RpcRequestWriter writer = call.CreateRequest(PipeWriter.Create(body, new StreamPipeWriterOptions(leaveOpen: true)));
        if (run.Get(run.Options.Data) is { } data)
        {
            await writer.WriteAsync(Encoding.UTF8.GetBytes(data), stop);
        }
        else
        {
            InputMessages messages = new(run);
            await foreach (ReadOnlyMemory<byte> message in messages.ReadAsync(stop))
            {
                await writer.WriteAsync(messages.AreRows ? JsonInputRow.Parse(message, messages.Where).Payload : message, stop);
            }
        }

        await writer.CompleteAsync();
        return body.ToArray();
    }

    private static async Task<int> DrainAsync(ConnectRun run, HttpResponseMessage response, CancellationToken stop)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(stop);
        await body.CopyToAsync(Stream.Null, stop);
        if (response.IsSuccessStatusCode)
        {
            return run.Traffic.Status;
        }

        run.Tell($"the server refused with {(int)response.StatusCode} {SafeText.Of(response.ReasonPhrase ?? "")}".TrimEnd());
        return ExitStatus.Violation;
    }

    private static async Task<int> ShowAsync(ConnectRun run, HttpResponseMessage response, CancellationToken stop)
    {
        ShowFields(run, "response", response.Headers.Concat(response.Content.Headers), (int)response.StatusCode);
        response.Headers.TryGetValues("grpc-encoding", out IEnumerable<string>? encoding);
        FormatRun format = run.Format;
        using RpcSession session = new(format, new RpcEnvelopeOptions
        {
            Protocol = RpcProtocol.Grpc,
            IsResponse = true,
            Encoding = RpcEncoding.Choose(encoding?.FirstOrDefault(), RpcEncoding.All),
            MaxMessageLength = format.MaxElement,
            MaxEndLength = format.MaxElement,
        });
        using Stream body = await response.Content.ReadAsStreamAsync(stop);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        bool isRight = true;
        for (int count; isRight && (count = await body.ReadAsync(buffer, stop)) > 0;)
        {
            format.Remember(buffer.AsSpan(0, count));
            isRight = session.Feed(buffer.AsSpan(0, count));
            run.Output.Flush();
        }

        ArrayPool<byte>.Shared.Return(buffer);
        if (isRight)
        {
            session.Complete();
        }

        ShowFields(run, "trailers", response.TrailingHeaders, null);
        return !response.IsSuccessStatusCode ? ExitStatus.Violation : format.Status;
    }

    private static void ShowFields(ConnectRun run, string kind, IEnumerable<KeyValuePair<string, IEnumerable<string>>> fields, int? status)
    {
        if (!run.Json)
        {
            run.View.Element(0, status is { } code ? $"response, status {code}, HTTP/2" : "trailers");
            foreach ((string name, IEnumerable<string> values) in fields)
            {
                run.View.Field(SafeText.Of(name), SafeText.Of(string.Join(", ", values)));
            }

            return;
        }

        Utf8JsonWriter row = run.Rows.Begin(Encoding.ASCII.GetBytes(kind));
        if (status is { } number)
        {
            row.WriteNumber("status"u8, number);
            row.WriteString("version"u8, "2"u8);
        }

        row.WriteStartArray("fields"u8);
        foreach ((string name, IEnumerable<string> values) in fields)
        {
            row.WriteStartArray();
            row.WriteStringValue(name);
            row.WriteStringValue(string.Join(", ", values));
            row.WriteEndArray();
        }

        row.WriteEndArray();
        run.Rows.End();
    }
}
