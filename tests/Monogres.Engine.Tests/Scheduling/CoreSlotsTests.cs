using Monogres.Engine.Scheduling;

namespace Monogres.Engine.Tests.Scheduling;

public class CoreSlotsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_run_at_once_as_there_are_slots()
    {
        var slots = new CoreSlots(2);
        var one = await slots.AcquireAsync(1, default, Cancel);
        using var two = await slots.AcquireAsync(1, default, Cancel);
        var three = slots.AcquireAsync(1, default, Cancel);
        Assert.False(three.IsCompleted);
        one.Dispose();
        (await three).Dispose();
    }

    [Fact]
    public async Task Who_wants_all_waits_for_all_and_is_not_overtaken()
    {
        var slots = new CoreSlots(2);
        var one = await slots.AcquireAsync(1, default, Cancel);
        var all = slots.AcquireAsync(2, default, Cancel);
        var small = slots.AcquireAsync(1, default, Cancel);
        Assert.False(all.IsCompleted);
        Assert.False(small.IsCompleted);

        one.Dispose();
        var held = await all;
        Assert.False(small.IsCompleted);
        held.Dispose();
        (await small).Dispose();
    }

    [Fact]
    public async Task The_most_urgent_goes_first_and_among_equals_who_came_first()
    {
        var slots = new CoreSlots(1);
        var held = await slots.AcquireAsync(1, default, Cancel);
        var order = new List<string>();
        async Task RunAsync(string name, Urgency urgency)
        {
            using var mine = await slots.AcquireAsync(1, urgency, Cancel);
            order.Add(name);
        }

        Task[] all = [RunAsync("late", default), RunAsync("long", new Urgency(9, 1)), RunAsync("longer", new Urgency(10, 1)), RunAsync("wide", new Urgency(9, 5)), RunAsync("later", default)];
        held.Dispose();
        await Task.WhenAll(all);
        Assert.Equal(["longer", "wide", "long", "late", "later"], order);
    }

    [Fact]
    public async Task More_than_there_are_means_all()
    {
        var slots = new CoreSlots(2);
        (await slots.AcquireAsync(100, default, Cancel)).Dispose();
        (await slots.AcquireAsync(2, default, Cancel)).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_holds_nobody_up()
    {
        using var stop = new CancellationTokenSource();
        var slots = new CoreSlots(2);
        using var one = await slots.AcquireAsync(1, default, Cancel);
        var all = slots.AcquireAsync(2, default, stop.Token);
        var small = slots.AcquireAsync(1, default, Cancel);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        (await small).Dispose();
    }

    [Fact]
    public async Task A_lease_that_is_disposed_twice_is_returned_once()
    {
        var slots = new CoreSlots(1);
        var one = await slots.AcquireAsync(1, default, Cancel);
        one.Dispose();
        one.Dispose();
        using var two = await slots.AcquireAsync(1, default, Cancel);
        Assert.False(slots.AcquireAsync(1, default, Cancel).IsCompleted);
    }
}
