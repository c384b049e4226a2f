using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

public class ResumeMemoryStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Whoever_takes_a_session_has_it_and_the_former_holder_can_do_nothing()
    {
        using ResumeMemoryStore store = new();
        IResumeLease first = (await store.CreateAsync(None))!;
        Assert.Equal(ResumeAppend.Taken, await first.AppendAsync(true, "a"u8.ToArray(), None));
        Assert.Equal(ResumeAcceptance.Taken, await first.AcceptAsync(1, None));
        IResumeLease second = (await store.TakeAsync(first.Id, None))!;
        Assert.Equal(ResumeAcceptance.Ended, await first.AcceptAsync(2, None));
        Assert.Equal(ResumeAppend.Ended, await first.AppendAsync(true, default, None));
        Assert.Equal(ResumeGoneReason.TakenOver, (await first.ResumeAsync(0, None)).Gone);
        Assert.Equal(0, await first.ReadAsync(0, new ResumeMessage[9], None));
        await first.EndAsync();
        Assert.Equal((1L, ResumeGoneReason.None), await second.ResumeAsync(0, None));
        Assert.Equal(ResumeAcceptance.Duplicate, await second.AcceptAsync(1, None));
        Assert.Equal(1, await second.ReadAsync(0, new ResumeMessage[9], None));
        Assert.False(second.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_session_without_a_connection_is_kept_for_a_while_and_one_with_it_for_ever()
    {
        ManualTimeProvider time = new();
        using ResumeMemoryStore store = new(new ResumeMemoryStoreOptions { Keep = TimeSpan.FromSeconds(60), TimeProvider = time });
        IResumeLease gone = (await store.CreateAsync(None))!;
        await gone.AppendAsync(true, new byte[10], None);
        time.Advance(TimeSpan.FromSeconds(30));
        IResumeLease stays = (await store.CreateAsync(None))!;
        await stays.SetConnectedAsync(true, None);
        Assert.Equal((2, 10L), (store.Count, store.Bytes));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal((1, 0L), (store.Count, store.Bytes));
        Assert.Null(await store.TakeAsync(gone.Id, None));
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, store.Count);
        await stays.SetConnectedAsync(false, None);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task Where_there_are_too_many_who_has_been_away_for_longest_goes()
    {
        using ResumeMemoryStore store = new(new ResumeMemoryStoreOptions { MaxSessions = 2 });
        IResumeLease first = (await store.CreateAsync(None))!;
        IResumeLease second = (await store.CreateAsync(None))!;
        await first.SetConnectedAsync(true, None);
        IResumeLease third = (await store.CreateAsync(None))!;
        Assert.Null(await store.TakeAsync(second.Id, None));
        await third.SetConnectedAsync(true, None);
        Assert.Null(await store.CreateAsync(None));
    }

    [Fact]
    public async Task Bytes_of_all_sessions_together_are_bounded()
    {
        using ResumeMemoryStore store = new(new ResumeMemoryStoreOptions { MaxBytes = 100 });
        IResumeLease away = (await store.CreateAsync(None))!;
        await away.AppendAsync(false, new byte[60], None);
        IResumeLease here = (await store.CreateAsync(None))!;
        await here.SetConnectedAsync(true, None);
        Assert.Equal(ResumeAppend.Taken, await here.AppendAsync(false, new byte[80], None));
        Assert.Equal((1, 80L), (store.Count, store.Bytes));
        Assert.Equal(ResumeAppend.Full, await here.AppendAsync(false, new byte[80], None));
        await here.ReadAsync(0, new ResumeMessage[1], None);
        Assert.True(await here.AcknowledgeAsync(1, None));
        Assert.Equal(0, store.Bytes);
    }
}
