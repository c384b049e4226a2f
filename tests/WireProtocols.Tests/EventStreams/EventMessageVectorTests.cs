using WireProtocols.Fuzz.EventStreams;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.EventStreams;

public class EventMessageVectorTests
{
    private const string Folder = "event-streams";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, new EventMessageSubject(EventMessageSubject.OptionsOf(vector)));
        Assert.Equal(vector.Rows, rows);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, NaiveEventMessages.Decode(vector.Bytes, EventMessageSubject.OptionsOf(vector)));
    }
}
