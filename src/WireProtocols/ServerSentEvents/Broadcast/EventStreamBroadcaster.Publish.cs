using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.ServerSentEvents;

/// <content>What is published, in the forms that there are.</content>
public sealed partial class EventStreamBroadcaster
{
    /// <summary>Sends an event to every writer; it waits for none.</summary>
    /// <param name="data">The data in UTF-8.</param>
    /// <param name="type">The type in UTF-8; empty for none.</param>
    /// <returns>The event's ID.</returns>
    /// <exception cref="ArgumentException">Something cannot be written as it is (<see cref="EventStreamEncoder"/>).</exception>
    /// <exception cref="InvalidOperationException">The broadcast is completed.</exception>
    public string Publish(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type = default)
    {
        lock (_lock)
        {
            string id = Begin();
            EventStreamEncoder.WriteEvent(_encoder, data, type, Encoding.UTF8.GetBytes(id));
            return Send(id);
        }
    }

    /// <summary>Sends an event to every writer; it waits for none.</summary>
    /// <param name="data">The data.</param>
    /// <param name="type">The type; null or empty for none.</param>
    /// <returns>The event's ID.</returns>
    /// <exception cref="ArgumentException">Something cannot be written as it is (<see cref="EventStreamEncoder"/>).</exception>
    /// <exception cref="InvalidOperationException">The broadcast is completed.</exception>
    public string Publish(string data, string? type = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        lock (_lock)
        {
            string id = Begin();
            EventStreamEncoder.WriteEvent(_encoder, data, type, id);
            return Send(id);
        }
    }

    /// <summary>Sends an event whose data are a value as JSON to every writer; it waits for none.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How it becomes JSON.</param>
    /// <param name="type">The type; null or empty for none.</param>
    /// <returns>The event's ID.</returns>
    /// <exception cref="ArgumentException">The type holds a line end.</exception>
    /// <exception cref="InvalidOperationException">The broadcast is completed.</exception>
    public string PublishJson<T>(T value, JsonTypeInfo<T> typeInfo, string? type = null)
    {
        lock (_lock)
        {
            string id = Begin();
            _writer.WriteJson(value, typeInfo, type, id);
            return Send(id);
        }
    }

    /// <summary>Sends an event to every writer, and waits for those that are slow where <see cref="EventStreamSlowPolicy.Wait"/> says so. Events
    /// arrive in the order of the calls.</summary>
    /// <param name="data">The data in UTF-8.</param>
    /// <param name="type">The type in UTF-8; empty for none.</param>
    /// <param name="cancellationToken">Ends the wait; the event is sent, and a writer that had no room for it is let go.</param>
    /// <returns>The event's ID.</returns>
    /// <exception cref="ArgumentException">Something cannot be written as it is (<see cref="EventStreamEncoder"/>).</exception>
    /// <exception cref="InvalidOperationException">The broadcast is completed.</exception>
    public async ValueTask<string> PublishAsync(
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> type = default, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string id;
            List<EventStreamSubscription> full = [];
            ReadOnlyMemory<byte> encoded;
            lock (_lock)
            {
                id = Begin();
                EventStreamEncoder.WriteEvent(_encoder, data.Span, type.Span, Encoding.UTF8.GetBytes(id));
                encoded = Send(id, full);
            }

            foreach (EventStreamSubscription slow in full)
            {
                await WaitForAsync(slow, encoded, cancellationToken).ConfigureAwait(false);
            }

            return id;
        }
        finally
        {
            _turn.Release();
        }
    }
}
