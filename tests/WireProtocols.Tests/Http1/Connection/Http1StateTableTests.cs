using WireProtocols.Http1;
using static WireProtocols.Http1.Http1ConnectionState;

namespace WireProtocols.Tests.Http1;

public class Http1StateTableTests
{
    [Fact]
    public void A_whole_exchange_leads_back_to_the_beginning()
    {
        Http1StateTable states = new();
        states.Request(keepsAlive: true, offersSwitch: false);
        Assert.Equal((SendBody, SendHead), (states.Client, states.Server));
        states.EndRequest();
        states.Inform();
        states.Respond(keepsAlive: true);
        Assert.Equal((Done, SendBody), (states.Client, states.Server));
        states.EndResponse();
        Assert.True(states.TryStartNext());
        Assert.Equal((Idle, Idle), (states.Client, states.Server));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Either_side_can_make_it_the_last_exchange(bool request, bool response)
    {
        Http1StateTable states = new();
        states.Request(request, offersSwitch: false);
        states.EndRequest();
        states.Respond(response);
        states.EndResponse();
        Assert.Equal((MustClose, MustClose), (states.Client, states.Server));
        Assert.False(states.TryStartNext());
        Assert.Throws<InvalidOperationException>(() => states.Request(true, false));
    }

    [Fact]
    public void An_offer_that_is_taken_switches_both_sides_and_one_that_is_declined_neither()
    {
        Http1StateTable taken = new();
        taken.Request(true, offersSwitch: true);
        Assert.Throws<InvalidOperationException>(taken.Switch);
        taken.EndRequest();
        Assert.Equal(MightSwitch, taken.Client);
        taken.Switch();
        Assert.Equal((Switched, Switched), (taken.Client, taken.Server));
        Assert.Throws<InvalidOperationException>(() => taken.Respond(true));

        Http1StateTable declined = new();
        declined.Request(true, offersSwitch: true);
        declined.EndRequest();
        declined.Respond(true);
        Assert.Equal((Done, SendBody), (declined.Client, declined.Server));
    }

    [Fact]
    public void What_the_table_does_not_hold_throws_and_changes_nothing()
    {
        Action<Http1StateTable>[] events =
        [
            s => s.Request(true, false), s => s.EndRequest(), s => s.Inform(), s => s.Respond(true), s => s.EndResponse(), s => s.Switch(),
            s => s.Fail(), s => s.TakeOver(),
        ];
        Random random = new(11);
        for (int round = 0; round < 2_000; round++)
        {
            Http1StateTable states = new();
            int finals = 0;
            for (int step = 0; step < 12; step++)
            {
                int chosen = random.Next(events.Length);
                (Http1ConnectionState, Http1ConnectionState) before = (states.Client, states.Server);
                try
                {
                    events[chosen](states);
                    finals = chosen switch { 0 => 0, 3 => finals + 1, _ => finals };
                    Assert.True(finals <= 1, "A response has one head.");
                }
                catch (InvalidOperationException)
                {
                    Assert.Equal(before, (states.Client, states.Server));
                }

                finals = states.TryStartNext() ? 0 : finals;
            }
        }
    }
}
