using System.IO.Pipelines;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

/// <summary>A call in memory: the exchange of a server whose head and bodies are the client's.</summary>
public sealed class RpcLoopback : RpcServerExchange
{
    private readonly Pipe _request = new();
    private readonly Pipe _response = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RpcLoopback(IReadOnlyCollection<(string Name, string Value)> fields, string method = "POST", string query = "")
    {
        Fields = fields;
        Method = method;
        Query = query;
    }

    public override string Method { get; }

    public override string Query { get; }

    public override IReadOnlyCollection<(string Name, string Value)> Fields { get; }

    public override PipeReader Input => _request.Reader;

    /// <summary>The body of the request, for the client.</summary>
    public PipeWriter Request => _request.Writer;

    /// <summary>The body of the response, for the client.</summary>
    public PipeReader Response => _response.Reader;

    public int Status { get; private set; }

    public IReadOnlyList<(string Name, string Value)> ResponseFields { get; private set; } = [];

    public IReadOnlyList<(string Name, string Value)> Trailers { get; private set; } = [];

    /// <summary>The head of the response is there.</summary>
    public Task Started => _started.Task;

    public override PipeWriter Start(int status, IReadOnlyList<(string Name, string Value)> fields)
    {
        (Status, ResponseFields) = (status, fields);
        _started.SetResult();
        return _response.Writer;
    }

    public override ValueTask EndAsync(IReadOnlyList<(string Name, string Value)> trailers)
    {
        Trailers = trailers;
        return _response.Writer.CompleteAsync();
    }
}
