using WireProtocols.Fuzz.WebTransport;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.WebTransport;

public class CapsuleVectorTests
{
    private const string Folder = "webtransport/capsules";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, CapsuleSubject.For(vector));
        Assert.Equal(vector.Rows, rows);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_of_the_newest_dialect_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        if (vector.Options.Count == 0)
        {
            Assert.Equal(vector.Rows, NaiveCapsules.Decode(vector.Bytes));
        }
    }
}
