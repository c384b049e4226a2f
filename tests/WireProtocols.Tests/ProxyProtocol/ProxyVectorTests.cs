using WireProtocols.Fuzz.ProxyProtocol;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ProxyProtocol;

public class ProxyVectorTests
{
    private const string Folder = "proxy-protocol";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, new ProxySubject(ProxySubject.OptionsOf(vector)));
        Assert.Equal(vector.Rows, rows);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, NaiveProxy.Decode(vector.Bytes, ProxySubject.OptionsOf(vector)));
    }
}
