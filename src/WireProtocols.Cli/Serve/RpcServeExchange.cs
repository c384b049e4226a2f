using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Serve;

/// <summary>A call over HTTP/1.1.</summary>
internal sealed class RpcServeExchange(ServeRequest request) : RpcServerExchange
{
    private Http1BodyWriter? _response;

    public override string Method => request.Method;

    public override string Query { get; } = Encoding.Latin1.GetString(request.Head.Query);

    public override IReadOnlyCollection<(string Name, string Value)> Fields { get; } = Read(request.Head.Fields);

    public override PipeReader Input => request.Exchange.Body;

    public override PipeWriter Start(int status, IReadOnlyList<(string Name, string Value)> fields)
        => _response = request.Exchange.StartResponse(
            status,
            Http1BodyFraming.Chunked,
            [.. fields, ("cache-control", "no-store"), ("x-accel-buffering", "no"), .. CrossOrigin.GetFields(request)]);

    public override async ValueTask EndAsync(IReadOnlyList<(string Name, string Value)> trailers)
    {
        foreach ((string name, string value) in trailers.Where(_ => _response!.TakesTrailers))
        {
            _response!.AddTrailer(name, value);
        }

        await _response!.CompleteAsync();
    }

    private static List<(string Name, string Value)> Read(Http1Fields fields)
    {
        List<(string, string)> read = [];
        foreach (Http1Field field in fields)
        {
            read.Add((Encoding.ASCII.GetString(field.Name), Encoding.Latin1.GetString(field.Value)));
        }

        return read;
    }
}
