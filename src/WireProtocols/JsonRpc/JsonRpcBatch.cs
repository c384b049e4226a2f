using System.Text.Json;

namespace WireProtocols.JsonRpc;

/// <summary>The messages of a batch: <c>foreach (ReadOnlySpan&lt;byte&gt; message in outline.Messages)</c>. Each may be anything.</summary>
public readonly ref struct JsonRpcBatch
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly int _maxDepth;

    internal JsonRpcBatch(ReadOnlySpan<byte> json, int maxDepth)
    {
        _json = json;
        _maxDepth = maxDepth;
    }

    /// <summary>Begins with the first.</summary>
    public Enumerator GetEnumerator() => new(_json, _maxDepth);

    /// <summary>One message after the other.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _json;
        private Utf8JsonReader _reader;
        private int _start;

        internal Enumerator(ReadOnlySpan<byte> json, int maxDepth)
        {
            _json = json;
            _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Math.Max(1, maxDepth) });
            if (!json.IsEmpty)
            {
                _reader.Read();
            }
        }

        /// <summary>The message that <see cref="MoveNext"/> has come to.</summary>
        public readonly ReadOnlySpan<byte> Current => _json[_start..(int)_reader.BytesConsumed];

        /// <summary>Goes on to the next.</summary>
        /// <returns>False where there is none.</returns>
        public bool MoveNext()
        {
            if (_json.IsEmpty || !_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
            {
                return false;
            }

            _start = (int)_reader.TokenStartIndex;
            _reader.Skip();
            return true;
        }
    }
}
