using System.Buffers;
using WireProtocols.Fuzz.Resume;
using WireProtocols.Resume;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Resume;

public class ResumeVectorTests
{
    private const string Folder = "resume";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, new ResumeSubject(ResumeSubject.OptionsOf(vector)));
        Assert.Equal(vector.Rows, rows);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, NaiveResume.Decode(vector.Bytes, ResumeSubject.OptionsOf(vector)));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        ResumeSessionId id = ResumeSessionId.Create();
        ArrayBufferWriter<byte> stream = new();
        ResumeFrames.WriteToStream(stream, ResumeFrames.Hello());
        ResumeFrames.WriteToStream(stream, ResumeFrames.Hello(id, 70));
        ResumeFrames.WriteToStream(stream, ResumeFrames.Welcome(id, 3, TimeSpan.FromMinutes(2)));
        ResumeFrames.WriteToStream(stream, ResumeFrames.Text(1, "é"u8));
        ResumeFrames.WriteToStream(stream, ResumeFrames.Binary(20_000, [1, 2]));
        ResumeFrames.WriteToStream(stream, ResumeFrames.Ack(1L << 40));
        ResumeFrames.WriteToStream(stream, ResumeFrames.Gone(ResumeGoneReason.Messages));
        ResumeFrames.WriteToStream(stream, ResumeFrames.Retry(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)));
        ResumeFrames.WriteToStream(stream, ResumeFrames.End());
        Span<byte> bytes = stackalloc byte[ResumeSessionId.Length];
        id.CopyTo(bytes);
        string hex = Convert.ToHexStringLower(bytes);
        Assert.Equal(
            [
                "hello 0 -", $"hello 70 {hex}", $"welcome 3 120 {hex}", "text 1 c3a9", "binary 20000 0102", "ack 1099511627776", "gone 2",
                "retry 1000 60000", "end",
            ],
            NaiveResume.Decode(stream.WrittenSpan, ResumeFrameOptions.Default));
    }

    [Fact]
    public void What_cannot_be_read_is_not_written()
    {
        Assert.Throws<ArgumentException>("payload", () => ResumeFrames.Text(1, [0xFF]).Type);
        Assert.Throws<ArgumentOutOfRangeException>("sequence", () => ResumeFrames.Binary(0, []).Type);
        Assert.Throws<ArgumentOutOfRangeException>("sequence", () => ResumeFrames.Ack(-1).Type);
        Assert.Throws<ArgumentException>("session", () => ResumeFrames.Hello(default, 1).Type);
        Assert.Throws<ArgumentException>("session", () => ResumeFrames.Welcome(default, 0, TimeSpan.Zero).Type);
        Assert.Throws<ArgumentOutOfRangeException>("reason", () => ResumeFrames.Gone(ResumeGoneReason.None).Type);
        Assert.Throws<ArgumentOutOfRangeException>("delay", () => ResumeFrames.Retry(TimeSpan.FromSeconds(-1), TimeSpan.Zero).Type);
        Assert.Throws<ArgumentException>("frame", () => ResumeFrames.Write(new ArrayBufferWriter<byte>(), default));
    }

    [Fact]
    public void An_id_is_random_and_shows_only_its_beginning()
    {
        ResumeSessionId id = ResumeSessionId.Create();
        Assert.NotEqual(id, ResumeSessionId.Create());
        Assert.Equal(9, id.ToString().Length);
        Assert.True(default(ResumeSessionId).IsEmpty);
    }
}
