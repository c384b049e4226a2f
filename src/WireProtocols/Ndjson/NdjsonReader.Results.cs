using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.Ndjson;

public sealed partial class NdjsonReader
{
    /// <summary>
    /// All results of a reader. Written by hand, since an iterator of the compiler's goes through its state machine for each result, also where
    /// the next one is there: with a record in a few hundred nanoseconds, that shows.
    /// </summary>
    private sealed class Results<T>(NdjsonReader reader, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken)
        : IAsyncEnumerable<NdjsonResult<T>>, IAsyncEnumerator<NdjsonResult<T>>
    {
        private NdjsonResult<T> _current;
        private CancellationToken _cancellation = cancellationToken;

        public NdjsonResult<T> Current => _current;

        public IAsyncEnumerator<NdjsonResult<T>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            if (!cancellationToken.CanBeCanceled || cancellationToken == _cancellation)
            {
                return this;
            }

            if (_cancellation.CanBeCanceled)
            {
                throw new InvalidOperationException("There are two cancellation tokens; pass one.");
            }

            _cancellation = cancellationToken;
            return this;
        }

        public ValueTask<bool> MoveNextAsync()
            => reader.TryRead(typeInfo, out _current) ? new ValueTask<bool>(true) : WaitAndMoveNextAsync();

        /// <summary>The reader belongs to the caller.</summary>
        public ValueTask DisposeAsync() => default;

        private async ValueTask<bool> WaitAndMoveNextAsync()
        {
            while (await reader.WaitToReadAsync(_cancellation).ConfigureAwait(false))
            {
                if (reader.TryRead(typeInfo, out _current))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
