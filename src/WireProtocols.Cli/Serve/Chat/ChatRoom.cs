using System.Collections.Immutable;
using System.Threading.Channels;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve.Chat;

/// <summary>Who is in the chat. Broadcasts go one after the other, so that all see the same order.</summary>
internal sealed class ChatRoom
{
    /// <summary>The most members there may be.</summary>
    public const int MaxMembers = 4096;

    /// <summary>Whose turn it is: what stands in it has it, and the next one waits to write.</summary>
    private readonly Channel<ChatMember> _turn = Channel.CreateBounded<ChatMember>(1);
    private ImmutableArray<ChatMember> _members = [];

    /// <returns>False when the room is full.</returns>
    public bool TryJoin(ChatMember member)
        => ImmutableInterlocked.Update(ref _members, m => m.Length < MaxMembers ? m.Add(member) : m);

    public void Leave(ChatMember member) => ImmutableInterlocked.Update(ref _members, m => m.Remove(member));

    /// <summary>Gives a message to all members. Where some of them have no room for it, the sender waits: but each only once for so long.</summary>
    public async Task BroadcastAsync(ChatMember sender, WebSocketPreparedMessage message, CancellationToken cancellationToken)
    {
        await _turn.Writer.WriteAsync(sender, cancellationToken);
        try
        {
            List<Task>? waits = null;
            foreach (ChatMember member in _members)
            {
                if (!member.TryPost(message))
                {
                    (waits ??= []).Add(member.PostAsync(message));
                }
            }

            if (waits is not null)
            {
                await Task.WhenAll(waits);
            }
        }
        finally
        {
            _turn.Reader.TryRead(out _);
        }
    }
}
