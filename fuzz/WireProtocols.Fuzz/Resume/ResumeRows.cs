using System.Globalization;
using WireProtocols.Resume;

namespace WireProtocols.Fuzz.Resume;

/// <summary>Frames as rows of text: what decoder, reader and oracle are compared by.</summary>
public sealed class ResumeRows : Transcript
{
    public void Add(scoped in ResumeFrame frame)
    {
        Span<byte> id = stackalloc byte[ResumeSessionId.Length];
        frame.Session.CopyTo(id);
        string session = frame.Session.IsEmpty ? "-" : Convert.ToHexStringLower(id);
        string payload = Convert.ToHexStringLower(frame.Payload);
        Row(frame.Type switch
        {
            ResumeFrameType.Text => Line($"text {frame.Sequence} {payload}"),
            ResumeFrameType.Binary => Line($"binary {frame.Sequence} {payload}"),
            ResumeFrameType.Ack => Line($"ack {frame.Sequence}"),
            ResumeFrameType.Hello => Line($"hello {frame.Sequence} {session}"),
            ResumeFrameType.Welcome => Line($"welcome {frame.Sequence} {frame.Keep.TotalSeconds:F0} {session}"),
            ResumeFrameType.Gone => Line($"gone {(int)frame.Reason}"),
            ResumeFrameType.Retry => Line($"retry {frame.Delay.TotalMilliseconds:F0} {frame.Window.TotalMilliseconds:F0}"),
            _ => "end",
        });
    }

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
