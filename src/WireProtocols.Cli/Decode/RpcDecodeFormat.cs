using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Decode;

/// <summary>The envelopes of the body of a request or response.</summary>
internal abstract class RpcDecodeFormat(RpcProtocol protocol) : DecodeFormat
{
    private readonly Option<string> _from = CreateFrom();

    private readonly Option<string?> _encoding = CreateEncoding();

    public override IEnumerable<Option> Options => [_from, _encoding];

    public override FormatSession Start(DecodeRun run) => new RpcSession(run, new RpcEnvelopeOptions
    {
        Protocol = protocol,
        IsResponse = run.Get(_from) == "server",
        Encoding = RpcEncoding.Choose(run.Get(_encoding), RpcEncoding.All),
        MaxMessageLength = run.MaxElement,
        MaxEndLength = run.MaxElement,
    });

    private static Option<string> CreateFrom()
    {
        Option<string> from = new("--from")
        {
            Description = "Who sent these bytes; only a server ends a stream in its body.",
            DefaultValueFactory = _ => "server",
        };
        from.AcceptOnlyFromAmong("client", "server");
        return from;
    }

    private static Option<string?> CreateEncoding()
    {
        Option<string?> encoding = new("--encoding") { Description = "The encoding of messages that the head declared; none where it is left out." };
        encoding.AcceptOnlyFromAmong([.. RpcEncoding.All.Select(e => e.Name)]);
        return encoding;
    }
}

/// <summary>gRPC.</summary>
internal sealed class GrpcDecodeFormat() : RpcDecodeFormat(RpcProtocol.Grpc)
{
    public override string Name => "grpc";

    public override string Description => "Messages of gRPC, the data of a stream of HTTP/2 (PROTOCOL-HTTP2)";
}

/// <summary>gRPC-Web, binary or text.</summary>
internal sealed class GrpcWebDecodeFormat() : RpcDecodeFormat(RpcProtocol.GrpcWeb)
{
    private readonly Option<bool> _text = new("--text")
    {
        Description = "The text form, in base64; offsets count the bytes behind it, and characters where the text itself is wrong.",
    };

    public override string Name => "grpc-web";

    public override string Description => "Messages of gRPC-Web, the body of a request or response (PROTOCOL-WEB)";

    public override IEnumerable<Option> Options => [.. base.Options, _text];

    public override FormatSession Start(DecodeRun run)
        => run.Get(_text) ? new GrpcWebTextSession(run, base.Start(run)) : base.Start(run);
}

/// <summary>The streams of Connect.</summary>
internal sealed class ConnectDecodeFormat() : RpcDecodeFormat(RpcProtocol.Connect)
{
    public override string Name => "connect";

    public override string Description => "Messages of a stream of Connect, the body of a request or response (connect-protocol)";
}
