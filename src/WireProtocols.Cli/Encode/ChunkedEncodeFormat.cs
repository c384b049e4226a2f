using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Encode;

/// <summary>
/// A chunked body. A row of the kind <c>chunk</c> begins a chunk, whose data is in the rows of the kind <c>data</c> after it; data without a
/// chunk is a chunk of its own. The body ends with the row of the kind <c>end</c>, and without it is cut short.
/// </summary>
internal sealed class ChunkedEncodeFormat : EncodeFormat
{
    public override string Name => "chunked";

    public override string Description => "HTTP/1.1 chunked body (RFC 9112 §7.1); rows of the kind chunk, data, trailer or end";

    public override EncodeSession Start(EncodeRun run) => new Session(run);

    private sealed class Session(EncodeRun run) : EncodeSession(run)
    {
        private readonly ChunkedWriter _writer = new(run.Output, new ChunkedWriterOptions { AllowForbiddenTrailers = true });
        private readonly ArrayBufferWriter<byte> _data = new();
        private long _size = -1;

        public override void Encode(EncodeRow row)
        {
            row.Expect("chunk", "data", "trailer", "end");
            if (row.Kind != "data")
            {
                WriteChunk();
            }

            switch (row.Kind)
            {
                case "chunk":
                    BeginChunk(row);
                    break;

                case "data":
                    AddData(row.GetBytes("payload"));
                    break;

                case "trailer":
                    _writer.AddTrailer(row.GetString("name"), row.GetString("value"));
                    break;

                default:
                    _writer.Complete();
                    break;
            }
        }

        public override void Complete() => WriteChunk();

        private void BeginChunk(EncodeRow row)
        {
            long size = row.GetInt64("size");
            if (size < 0)
            {
                throw new ArgumentException("the property \"size\" has to be 0 or more");
            }

            AddExtensions(row.GetString("extensions", ""));
            _size = size > 0 ? size : -1;
        }

        private void AddData(byte[] payload)
        {
            if (_size >= 0)
            {
                _data.Write(payload);
            }
            else if (payload.Length > 0)
            {
                _writer.WriteChunk(payload);
            }
        }

        private void WriteChunk()
        {
            if (_size < 0)
            {
                return;
            }

            if (_data.WrittenCount != _size)
            {
                throw new ArgumentException($"the chunk announces {_size} bytes, and {_data.WrittenCount} follow");
            }

            _writer.WriteChunk(_data.WrittenSpan);
            _data.ResetWrittenCount();
            _size = -1;
        }

        /// <summary>Reads the text as a chunk line would be read.</summary>
        private void AddExtensions(string text)
        {
            if (text.Length == 0)
            {
                return;
            }

            using ChunkedDecoder decoder = new(new ChunkedOptions { MaxLineLength = int.MaxValue, MaxExtensionBytes = int.MaxValue });
            byte[] line = Encoding.Latin1.GetBytes($"0;{text}\r\n");
            OperationStatus status = decoder.Decode(line, out int consumed, out ChunkedElement element);
            if (status != OperationStatus.Done || consumed != line.Length || text.Any(c => c > 0xFF))
            {
                throw new ArgumentException("the property \"extensions\" is no list of chunk extensions");
            }

            foreach (ChunkExtension extension in element.Extensions)
            {
                _writer.AddExtension(Encoding.Latin1.GetString(extension.Name), extension.GetValue());
            }
        }
    }
}
