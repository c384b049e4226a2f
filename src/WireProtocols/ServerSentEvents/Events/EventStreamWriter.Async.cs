using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.ServerSentEvents;

/// <content>Writes that flush.</content>
public sealed partial class EventStreamWriter
{
    private const int EncodedThreshold = 32 * 1024;

    /// <summary>Writes an event and flushes as the options say.</summary>
    /// <param name="data">The data. A CR or a CRLF arrives as an LF: the format has no other line ends.</param>
    /// <param name="type">The type; null or empty for none, which is <c>message</c>.</param>
    /// <param name="id">The ID; null for none, which leaves the last one as it is; empty to reset it.</param>
    /// <param name="cancellationToken">Cancels the wait for the flush; the event is written.</param>
    /// <returns>False when nobody reads any more.</returns>
    /// <exception cref="ArgumentException">Something cannot be written as it is (<see cref="EventStreamEncoder"/>); nothing was.</exception>
    public ValueTask<bool> WriteEventAsync(string data, string? type = null, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (_heartbeat is not null)
        {
            return GatedEventAsync(data, type, id, cancellationToken);
        }

        EventStreamEncoder.WriteEvent(_output, data, type, id);
        return FlushIfDueAsync(cancellationToken);
    }

    /// <summary>Writes an event and flushes as the options say.</summary>
    /// <param name="data">The data in UTF-8. A CR or a CRLF arrives as an LF: the format has no other line ends.</param>
    /// <param name="type">The type in UTF-8; empty for none, which is <c>message</c>.</param>
    /// <param name="id">The ID in UTF-8; empty for none.</param>
    /// <param name="cancellationToken">Cancels the wait for the flush; the event is written.</param>
    /// <returns>False when nobody reads any more.</returns>
    /// <exception cref="ArgumentException">Something cannot be written as it is (<see cref="EventStreamEncoder"/>); nothing was.</exception>
    public ValueTask<bool> WriteEventAsync(
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> type = default, ReadOnlyMemory<byte> id = default,
        CancellationToken cancellationToken = default)
    {
        if (_heartbeat is not null)
        {
            return GatedEventAsync(data, type, id, cancellationToken);
        }

        EventStreamEncoder.WriteEvent(_output, data.Span, type.Span, id.Span);
        return FlushIfDueAsync(cancellationToken);
    }

    /// <summary>Writes an event whose data are a value as JSON, straight into the pipe's memory, and flushes as the options say.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How it becomes JSON. It is never indented, and a raw line end that a converter writes becomes a space.</param>
    /// <param name="type">The type; null or empty for none, which is <c>message</c>.</param>
    /// <param name="id">The ID; null or empty for none.</param>
    /// <param name="cancellationToken">Cancels the wait for the flush; the event is written.</param>
    /// <returns>False when nobody reads any more.</returns>
    /// <exception cref="ArgumentException">The type or the ID holds a line end, or the ID NUL. Whatever the serializer throws comes through, and
    /// nothing is written then.</exception>
    public ValueTask<bool> WriteJsonAsync<T>(
        T value, JsonTypeInfo<T> typeInfo, string? type = null, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return WriteAsync((value, typeInfo, type, id), static (w, a) => w.WriteJson(w._output, a.value, a.typeInfo, a.type, a.id), cancellationToken);
    }

    /// <summary>Writes a comment and flushes as the options say.</summary>
    /// <param name="text">The text, one line; may be empty.</param>
    /// <param name="cancellationToken">Cancels the wait for the flush; the comment is written.</param>
    /// <returns>False when nobody reads any more.</returns>
    /// <exception cref="ArgumentException">The text holds a line end, or half a surrogate pair.</exception>
    public ValueTask<bool> WriteCommentAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WriteAsync(text, static (w, t) => EventStreamEncoder.WriteComment(w._output, t), cancellationToken);
    }

    /// <summary>Writes the reconnection time and flushes as the options say.</summary>
    /// <returns>False when nobody reads any more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ValueTask<bool> WriteRetryAsync(TimeSpan time, CancellationToken cancellationToken = default)
        => WriteAsync(time, static (w, t) => EventStreamEncoder.WriteRetry(w._output, t), cancellationToken);

    /// <summary>Sends what was written.</summary>
    /// <returns>False when nobody reads any more.</returns>
    public ValueTask<bool> FlushAsync(CancellationToken cancellationToken = default)
        => _heartbeat is null ? FlushPipeAsync(cancellationToken) : GatedAsync<object?>(null, null, 0, cancellationToken);

    /// <summary>Writes whole blocks of an encoder. What follows soon shares the flush, which the caller sees to.</summary>
    internal ValueTask<bool> WriteEncodedAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
        => WriteAsync(encoded, static (w, e) => w._output.Write(e.Span), EncodedThreshold, cancellationToken);

    private ValueTask<bool> WriteAsync<T>(T arguments, Action<EventStreamWriter, T> write, CancellationToken cancellationToken)
        => WriteAsync(arguments, write, _options.FlushThreshold, cancellationToken);

    private ValueTask<bool> WriteAsync<T>(T arguments, Action<EventStreamWriter, T> write, int threshold, CancellationToken cancellationToken)
    {
        if (_heartbeat is not null)
        {
            return GatedAsync(arguments, write, threshold, cancellationToken);
        }

        write(this, arguments);
        return IsFlushDue(threshold) ? FlushPipeAsync(cancellationToken) : new ValueTask<bool>(true);
    }

    private ValueTask<bool> FlushIfDueAsync(CancellationToken cancellationToken)
        => IsFlushDue(_options.FlushThreshold) ? FlushPipeAsync(cancellationToken) : new ValueTask<bool>(true);

    // Apart, so that the arguments' tuples cost the path without a heartbeat nothing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<bool> GatedEventAsync(string data, string? type, string? id, CancellationToken cancellationToken)
        => GatedAsync(
            (data, type, id),
            static (w, a) => EventStreamEncoder.WriteEvent(w._output, a.data, a.type, a.id),
            _options.FlushThreshold,
            cancellationToken);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<bool> GatedEventAsync(
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> type, ReadOnlyMemory<byte> id, CancellationToken cancellationToken)
        => GatedAsync(
            (data, type, id),
            static (w, a) => EventStreamEncoder.WriteEvent(w._output, a.data.Span, a.type.Span, a.id.Span),
            _options.FlushThreshold,
            cancellationToken);

    /// <summary>The same with the heartbeat held off meanwhile.</summary>
    private async ValueTask<bool> GatedAsync<T>(T arguments, Action<EventStreamWriter, T>? write, int threshold, CancellationToken cancellationToken)
    {
        await _heartbeat!.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            write?.Invoke(this, arguments);
            return (write is not null && !IsFlushDue(threshold)) || await FlushPipeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _heartbeat.Touch();
            _heartbeat.Gate.Release();
        }
    }

    private bool IsFlushDue(int threshold)
        => _pipe is not null && (threshold == 0 || !_pipe.CanGetUnflushedBytes || _pipe.UnflushedBytes >= threshold);

    private ValueTask<bool> FlushPipeAsync(CancellationToken cancellationToken)
    {
        if (_pipe is null)
        {
            return new ValueTask<bool>(true);
        }

        ValueTask<FlushResult> pending = _pipe.FlushAsync(cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<bool>(!pending.Result.IsCompleted) : AwaitAsync(pending);
    }

    private static async ValueTask<bool> AwaitAsync(ValueTask<FlushResult> pending)
    {
        FlushResult result = await pending.ConfigureAwait(false);
        return !result.IsCompleted;
    }
}
