using System.CommandLine;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Encode;

/// <summary>Capsules; a row's value is its <c>payload</c>, or where there is none its <c>fields</c>.</summary>
internal sealed class CapsuleEncodeFormat : EncodeFormat
{
    private readonly Option<string> _dialect = DialectOption.Create();

    public override string Name => "capsule";

    public override string Description => "Capsules of HTTP Datagrams and WebTransport (RFC 9297 §3.2)";

    public override IEnumerable<Option> Options => [_dialect];

    public override EncodeSession Start(EncodeRun run) => new Session(run, DialectOption.Parse(run.Get(_dialect)));

    private sealed class Session(EncodeRun run, WebTransportDialect dialect) : EncodeSession(run)
    {
        private const WebTransportStreamDirection Uni = WebTransportStreamDirection.Unidirectional;
        private const WebTransportStreamDirection Bidi = WebTransportStreamDirection.Bidirectional;

        private readonly CapsuleWriter _writer = new(run.Output, dialect);

        public override void Encode(EncodeRow row)
        {
            row.Expect("capsule");
            long type = row.GetInt64("type");
            if (row.Has("payload"))
            {
                _writer.Write(type, row.GetBytes("payload"));
            }
            else if (row.Has("fields"))
            {
                Encode(type, row.GetObject("fields"));
            }
            else
            {
                _writer.Write(type, []);
            }
        }

        private void Encode(long type, EncodeRow fields)
        {
            switch (type)
            {
                case CapsuleType.CloseSession:
                    _writer.WriteClose(Code(fields), fields.GetString("reason", ""));
                    break;
                case CapsuleType.Stream3B or CapsuleType.Stream3C:
                    _writer.WriteStream(fields.GetInt64("streamId"), fields.GetBytes("data", []), fields.GetBoolean("fin", false));
                    break;
                case CapsuleType.ResetStream:
                    _writer.WriteResetStream(fields.GetInt64("streamId"), Code(fields), fields.GetInt64("reliableSize", 0));
                    break;
                case CapsuleType.StopSending:
                    _writer.WriteStopSending(fields.GetInt64("streamId"), Code(fields));
                    break;
                case CapsuleType.MaxData:
                    _writer.WriteMaxData(fields.GetInt64("maximum"));
                    break;
                case CapsuleType.DataBlocked:
                    _writer.WriteDataBlocked(fields.GetInt64("maximum"));
                    break;
                case CapsuleType.MaxStreamsBidi or CapsuleType.MaxStreamsUni:
                    _writer.WriteMaxStreams(type == CapsuleType.MaxStreamsUni ? Uni : Bidi, fields.GetInt64("maximum"));
                    break;
                case CapsuleType.StreamsBlockedBidi or CapsuleType.StreamsBlockedUni:
                    _writer.WriteStreamsBlocked(type == CapsuleType.StreamsBlockedUni ? Uni : Bidi, fields.GetInt64("maximum"));
                    break;
                case CapsuleType.MaxStreamData:
                    _writer.WriteMaxStreamData(fields.GetInt64("streamId"), fields.GetInt64("maximum"));
                    break;
                case CapsuleType.StreamDataBlocked:
                    _writer.WriteStreamDataBlocked(fields.GetInt64("streamId"), fields.GetInt64("maximum"));
                    break;
                default:
                    _writer.Write(type, []);
                    break;
            }
        }

        private static uint Code(EncodeRow fields) => fields.GetUInt32("code", 0);
    }
}
