using System.Collections.Immutable;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Everybody who is connected.</summary>
public sealed class BroadcastRoom
{
    private readonly WebSocketBroadcaster _broadcaster = new(new WebSocketBroadcasterOptions { Patience = TimeSpan.FromMinutes(1) });
    private ImmutableArray<WebSocketConnection> _members = [];

    public WebSocketSubscription Join(WebSocketConnection connection)
    {
        ImmutableInterlocked.Update(ref _members, m => m.Add(connection));
        return _broadcaster.Subscribe(connection);
    }

    public void Leave(WebSocketConnection connection) => ImmutableInterlocked.Update(ref _members, m => m.Remove(connection));

    public async Task BroadcastAsync(BroadcastOrder order)
    {
        byte[] payload = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, order.Length).Select(i => $"{i * i} ")))[..order.Length];
        ImmutableArray<WebSocketConnection> members = _members;
        for (int i = 0; i < order.Messages; i++)
        {
            if (order.OneByOne)
            {
                foreach (WebSocketConnection member in members)
                {
                    await member.SendAsync(WebSocketOpcode.Text, payload);
                }
            }
            else
            {
                await _broadcaster.PublishAsync(new WebSocketPreparedMessage(WebSocketOpcode.Text, payload));
            }
        }
    }
}
