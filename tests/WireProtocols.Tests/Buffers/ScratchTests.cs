using WireProtocols.Buffers;

namespace WireProtocols.Tests.Buffers;

public class ScratchTests
{
    [Fact]
    public void An_element_in_one_piece_is_lent_where_it_lies()
    {
        byte[] element = [1, 2, 3];
        Scratch scratch = default;
        Assert.True(scratch.Lend(element) == element.AsSpan());
        scratch.EndLoan();
        Assert.Equal(0, scratch.Length);
    }

    [Fact]
    public void Pieces_are_lent_together_until_the_loan_ends()
    {
        Scratch scratch = default;
        scratch.Gather([1, 2]);
        scratch.EndLoan();
        scratch.Gather([3]);
        Assert.Equal([1, 2, 3], scratch.Gathered.ToArray());
        Assert.Equal([1, 2, 3, 4], scratch.Lend([4]).ToArray());
        Assert.Equal(0, scratch.Length);
        Assert.True(scratch.Gathered.IsEmpty);
        scratch.EndLoan();
        Assert.Equal([9], scratch.Lend([9]).ToArray());
    }

    [Fact]
    public void Release_forgets_what_was_gathered_and_what_was_lent()
    {
        Scratch scratch = default;
        scratch.Gather([1]);
        scratch.Release();
        Assert.Equal([2], scratch.Lend([2]).ToArray());
        scratch.Gather([3]);
        scratch.Lend([4]);
        scratch.Release();
        Assert.Equal([5], scratch.Lend([5]).ToArray());
    }
}
