using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

public class ResumeSessionTests
{
    [Fact]
    public void Messages_are_numbered_when_they_are_sent_first_and_kept_until_they_are_acknowledged()
    {
        ResumeSession session = Create(ResumeFullPolicy.Wait, 10);
        Append(session, "a", "b", "c");
        Assert.Equal((0L, 3, 3L), (session.Sent, session.PendingMessages, session.PendingBytes));
        Assert.Equal(["1 a", "2 b"], Read(session, 0, 2));
        Assert.Equal(2, session.Sent);
        Assert.True(session.TryAcknowledge(1));
        Assert.Equal(["2 b", "3 c"], Read(session, 0, 9));
        Assert.Equal(["3 c"], Read(session, 2, 9));
        Assert.False(session.TryAcknowledge(4));
        Assert.True(session.TryAcknowledge(3));
        Assert.True(session.TryAcknowledge(1));
        Assert.Equal((3L, 3L, 0L), (session.Sent, session.Acknowledged, session.PendingBytes));
        Assert.Empty(Read(session, 3, 9));
    }

    [Fact]
    public void Each_message_is_accepted_once_and_none_is_left_out()
    {
        ResumeSession session = new();
        Assert.Equal(ResumeAcceptance.Missing, session.Accept(2));
        Assert.Equal(ResumeAcceptance.Taken, session.Accept(1));
        Assert.Equal(ResumeAcceptance.Duplicate, session.Accept(1));
        Assert.Equal(ResumeAcceptance.Taken, session.Accept(2));
        Assert.Equal(2, session.Received);
    }

    [Fact]
    public void Who_comes_back_is_told_what_is_gone()
    {
        ResumeSession session = Create(ResumeFullPolicy.Wait, 10);
        Append(session, "a", "b", "c");
        Read(session, 0, 3);
        Assert.Equal(ResumeGoneReason.None, session.Resume(2));
        Assert.Equal(ResumeGoneReason.Messages, session.Resume(1));
        Assert.Equal(ResumeGoneReason.Session, session.Resume(4));
        Assert.Equal(ResumeGoneReason.None, session.Resume(3));
    }

    [Fact]
    public void What_waits_is_dropped_as_the_policy_says_and_leaves_no_gap()
    {
        ResumeSession oldest = Create(ResumeFullPolicy.DropOldest, 3);
        Append(oldest, "a");
        Assert.Equal(["1 a"], Read(oldest, 0, 1));
        Append(oldest, "b", "c", "d");
        Assert.Equal(1, oldest.Dropped);
        Assert.Equal(["1 a", "2 c", "3 d"], Read(oldest, 0, 9));
        Assert.Equal(ResumeAppend.Dropped, oldest.TryAppend(true, "e"u8.ToArray()));

        ResumeSession newest = Create(ResumeFullPolicy.DropNewest, 2);
        Append(newest, "a", "b");
        Assert.Equal(ResumeAppend.Dropped, newest.TryAppend(true, "c"u8.ToArray()));
        Assert.Equal(["1 a", "2 b"], Read(newest, 0, 9));

        ResumeSession full = Create(ResumeFullPolicy.Wait, 1);
        Append(full, "a");
        Assert.Equal(ResumeAppend.Full, full.TryAppend(true, "b"u8.ToArray()));
        ResumeSession failing = Create(ResumeFullPolicy.Fail, 1);
        Append(failing, "a");
        Assert.Equal(ResumeAppend.Refused, failing.TryAppend(true, "b"u8.ToArray()));
    }

    [Fact]
    public void Bytes_are_bounded_too_and_one_message_always_fits()
    {
        ResumeSession session = new(default, new ResumeSessionOptions { MaxPendingBytes = 4 });
        Assert.Equal(ResumeAppend.Taken, session.TryAppend(false, new byte[100]));
        Assert.Equal(ResumeAppend.Full, session.TryAppend(false, new byte[1]));
    }

    [Fact]
    public void A_session_that_is_given_up_hands_out_what_was_not_acknowledged_and_takes_no_more()
    {
        ResumeSession session = Create(ResumeFullPolicy.Wait, 10);
        Append(session, "a", "b", "c");
        Read(session, 0, 2);
        session.TryAcknowledge(1);
        Assert.Equal(["b"], session.TakePending(out IReadOnlyList<ResumeMessage> unsent).Select(m => m.GetText()));
        Assert.Equal(["c"], unsent.Select(m => m.GetText()));
        Assert.Equal(ResumeAppend.Ended, session.TryAppend(true, default));
    }

    private static ResumeSession Create(ResumeFullPolicy policy, int most)
        => new(ResumeSessionId.Create(), new ResumeSessionOptions { FullPolicy = policy, MaxPendingMessages = most });

    private static void Append(ResumeSession session, params string[] texts)
        => Assert.All(texts, text => Assert.Equal(ResumeAppend.Taken, session.TryAppend(true, System.Text.Encoding.UTF8.GetBytes(text))));

    private static string[] Read(ResumeSession session, long after, int most)
    {
        ResumeMessage[] messages = new ResumeMessage[most];
        int count = session.Read(after, messages);
        return [.. messages.Take(count).Select(m => $"{m.Sequence} {m.GetText()}")];
    }
}
