using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Http1;

public class ChunkedVectorTests
{
    private const string Folder = "chunked";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, ChunkedSubject.For(vector));
        Assert.Equal(vector.Rows, rows);
    }
}
