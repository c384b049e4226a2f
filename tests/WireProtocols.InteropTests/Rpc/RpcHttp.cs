using System.IO.Pipelines;
using WireProtocols.Rpc;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>Our side of a call, over the platform's HTTP.</summary>
internal static class RpcHttp
{
    public static async Task<RpcOutcome> CallAsync(
        Uri uri, Version version, RpcMethodKind kind, RpcClientOptions options, RpcMetadata? metadata, params byte[][] messages)
    {
        RpcClientCall call = new(kind, options, metadata);
        Pipe body = new(new PipeOptions(pauseWriterThreshold: 0));
        RpcRequestWriter writer = call.CreateRequest(body.Writer);
        foreach (byte[] message in messages)
        {
            await writer.WriteAsync(message, TestContext.Current.CancellationToken);
        }

        await writer.CompleteAsync();
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, uri)
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamContent(body.Reader.AsStream()),
        };
        foreach ((string name, string value) in call.Fields)
        {
            bool isContent = name.StartsWith("content-", StringComparison.Ordinal);
            Assert.True(
                isContent ? request.Content.Headers.TryAddWithoutValidation(name, value) : request.Headers.TryAddWithoutValidation(name, value));
        }

        using HttpResponseMessage response
            = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        RpcResponse answer = call.CreateResponse(
            (int)response.StatusCode,
            Flat(response.Headers.Concat(response.Content.Headers)),
            PipeReader.Create(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)),
            () => Flat(response.TrailingHeaders));
        List<byte[]> received = [];
        RpcException? failure = null;
        try
        {
            await foreach (ReadOnlyMemory<byte> message in answer.ReadAllAsync(TestContext.Current.CancellationToken))
            {
                received.Add(message.ToArray());
            }
        }
        catch (RpcException exception)
        {
            failure = exception;
        }

        return new RpcOutcome(received, answer, failure);
    }

    private static IEnumerable<(string Name, string Value)> Flat(IEnumerable<KeyValuePair<string, IEnumerable<string>>> fields)
        => fields.SelectMany(f => f.Value.Select(v => (f.Key, v)));
}

/// <summary>What came back.</summary>
internal sealed record RpcOutcome(List<byte[]> Messages, RpcResponse Response, RpcException? Failure);
