using System.Buffers;
using WireProtocols.JsonRpc;

namespace WireProtocols.Fuzz.JsonRpc;

/// <summary>The decoder of messages under its options, in both framings, and used again.</summary>
public sealed class JsonRpcOptionsTarget : OptionsTarget
{
    private const int LeastHeader = 32;

    public override string Name => "json-rpc-options";

    public override FuzzFormat Format { get; } = new JsonRpcFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.JsonRpc";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new JsonRpcOptions
        {
            Framing = Bit(options[0], 0) ? JsonRpcFraming.Lines : JsonRpcFraming.HeaderFields,
            ContinueOnError = Bit(options[0], 1),
            AllowBareLineFeed = Bit(options[0], 2),
            AllowBatch = !Bit(options[0], 3),
            IgnoreEmptyLines = Bit(options[0], 4),
            Validate = !Bit(options[0], 5),
            MaxHeaderLength = Limit(options[1], LeastHeader, JsonRpcOptions.Default.MaxHeaderLength),
            MaxContentLength = Limit(options[2], 1, JsonRpcOptions.Default.MaxContentLength),
            MaxDepth = Math.Min(Limit(options[3], 1, JsonRpcOptions.Default.MaxDepth), 1000),
        });

    private sealed class Subject(JsonRpcOptions options) : IDecoderUnderOptions
    {
        private readonly JsonRpcDecoder _decoder = new(options);

        public Transcript CreateRows() => new JsonRpcRows();

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out JsonRpcMessage message);
            if (status == OperationStatus.Done)
            {
                ((JsonRpcRows)rows).Add(message);
            }

            return status;
        }

        public void Complete(Transcript rows)
        {
            if (_decoder.TryDecodeLast(out JsonRpcMessage last))
            {
                ((JsonRpcRows)rows).Add(last);
            }

            rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");
        }

        public void Reset() => _decoder.Reset();

        public void Dispose() => _decoder.Dispose();
    }
}
