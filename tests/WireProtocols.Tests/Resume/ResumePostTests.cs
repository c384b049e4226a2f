using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

/// <summary>What comes by POST, beside a connection.</summary>
public class ResumePostTests
{
    [Fact]
    public async Task A_post_that_is_overtaken_by_an_acknowledgement_is_taken_all_the_same()
    {
        await using ResumeServer server = new(async (session, end) =>
        {
            while (await session.ReceiveAsync(end) is { } message)
            {
                await session.SendAsync(message, end);
            }
        });
        MemoryResumeConnection client = MemoryResumeConnection.Connect(server);
        ResumeSessionId id = (await client.GreetAsync()).Session;
        for (int i = 1; i <= 3; i++)
        {
            client.Say(ResumeFrames.Binary(i, [0]));
            Assert.Equal(i, (await client.HearOtherAsync())?.Sequence);
            client.Say(ResumeFrames.Ack(i));
        }

        // The echo says that the last ACK has come.
        client.Say(ResumeFrames.Binary(4, [0]));
        Assert.Equal(4, (await client.HearOtherAsync())?.Sequence);
        ResumePostAnswer answer = await server.PostAsync([ResumeFrames.Hello(id, 1).ToOwned(), ResumeFrames.Binary(5, [0]).ToOwned()]);
        Assert.Equal(ResumeFrameType.Welcome, (ResumeFrameType)answer.Body.Span[1]);
        Assert.Equal(5, (await client.HearOtherAsync())?.Sequence);

        // What was never sent is none of this session.
        answer = await server.PostAsync([ResumeFrames.Hello(id, 50).ToOwned()]);
        Assert.Equal(ResumeFrameType.Gone, (ResumeFrameType)answer.Body.Span[1]);
        await server.PostAsync([ResumeFrames.Hello(id, 4).ToOwned(), ResumeFrames.Binary(6, [0]).ToOwned()]);
        Assert.Equal(6, (await client.HearOtherAsync())?.Sequence);
    }
}
