using System.Buffers.Binary;
using WireProtocols.Resume;

namespace WireProtocols.Benchmarks.Soak.Resume;

/// <summary>What an application sees of the messages of one direction, which are numbered from 0 on.</summary>
public sealed class TroubleWatch(TroubleCounts counts)
{
    /// <summary>The number that is to come.</summary>
    public int Next { get; private set; }

    /// <summary>A message has come.</summary>
    public void See(ResumeMessage message)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(message.Payload.Span);
        counts.NoteMessage();
        if (!message.Payload.Span.SequenceEqual(TroubleRun.CreateMessage(number)))
        {
            counts.NoteChanged();
        }

        if (number < Next)
        {
            counts.NoteTwice();
            return;
        }

        counts.NoteLost(number - Next);
        Next = number + 1;
    }

    /// <summary>No more come.</summary>
    public void End(int expected) => counts.NoteLost(expected - Next);
}

/// <summary>What a server's application knows of a session, which moves with it.</summary>
public sealed class TroubleServerState(TroubleCounts counts)
{
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public TroubleWatch Watch { get; } = new(counts);

    public int Sent { get; set; }
}
