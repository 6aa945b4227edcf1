using Monogres.Engine.Scheduling;

namespace Monogres.Engine.Tests.Scheduling;

public class CoreSlotsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_run_at_once_as_there_are_slots()
    {
        var slots = new CoreSlots(2);
        var one = await slots.AcquireAsync(1, Cancel);
        using var two = await slots.AcquireAsync(1, Cancel);
        var three = slots.AcquireAsync(1, Cancel);
        Assert.False(three.IsCompleted);
        one.Dispose();
        (await three).Dispose();
    }

    [Fact]
    public async Task Who_wants_all_waits_for_all_and_is_not_overtaken()
    {
        var slots = new CoreSlots(2);
        var one = await slots.AcquireAsync(1, Cancel);
        var all = slots.AcquireAsync(2, Cancel);
        var small = slots.AcquireAsync(1, Cancel);
        Assert.False(all.IsCompleted);
        Assert.False(small.IsCompleted);

        one.Dispose();
        var held = await all;
        Assert.False(small.IsCompleted);
        held.Dispose();
        (await small).Dispose();
    }

    [Fact]
    public async Task More_than_there_are_means_all()
    {
        var slots = new CoreSlots(2);
        (await slots.AcquireAsync(100, Cancel)).Dispose();
        (await slots.AcquireAsync(2, Cancel)).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_holds_nobody_up()
    {
        using var stop = new CancellationTokenSource();
        var slots = new CoreSlots(2);
        using var one = await slots.AcquireAsync(1, Cancel);
        var all = slots.AcquireAsync(2, stop.Token);
        var small = slots.AcquireAsync(1, Cancel);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all);
        (await small).Dispose();
    }

    [Fact]
    public async Task A_lease_that_is_disposed_twice_is_returned_once()
    {
        var slots = new CoreSlots(1);
        var one = await slots.AcquireAsync(1, Cancel);
        one.Dispose();
        one.Dispose();
        using var two = await slots.AcquireAsync(1, Cancel);
        Assert.False(slots.AcquireAsync(1, Cancel).IsCompleted);
    }
}
