using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>SIGTERM in the middle of a duty: the program ends soon and in order, and nothing is lost.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    // Long enough that a program which starts anew is still in time.
    private static readonly TopicOptions Topic = new()
    {
        Id = new(1),
        EpochLength = 150,
        WorkerWindow = 120,
        GroundTruthLag = 150,
        FirstOpening = 25,
    };

    [Fact]
    public async Task Stopped_while_the_model_computes_it_ends_and_the_next_start_finishes_the_duty()
    {
        using var patience = Begin();
        await using var place = await Workplace.CreateAsync(TimeSpan.FromMilliseconds(150), [[Topic]], patience.Token);
        var hold = new TaskCompletionSource();
        place.Seats[0].Model.Hold = hold;

        await StopAsync(place, () => place.Seats[0].Model.Requests > 0, patience.Token);
        Assert.Empty(place.Devnet.Observer.FirstArrivals);

        hold.SetResult();
        await FinishAsync(place, patience.Token);
    }

    [Fact]
    public async Task Stopped_right_after_it_sent_it_ends_and_the_next_start_sends_nothing_again()
    {
        using var patience = Begin();
        await using var place = await Workplace.CreateAsync(TimeSpan.FromMilliseconds(150), [[Topic]], patience.Token);

        await StopAsync(place, () => place.Devnet.Observer.FirstArrivals.Count > 0, patience.Token);
        await FinishAsync(place, patience.Token);

        Assert.Equal(1, place.Seats[0].Model.Requests);
        Assert.Equal(1, place.Devnet.Observer.Checked.Where(entry => entry.Key == ("", 0u)).Sum(entry => entry.Value));
    }

    private static CancellationTokenSource Begin()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        return patience;
    }

    private static async Task StopAsync(Workplace place, Func<bool> isReached, CancellationToken stop)
    {
        using var program = place.Seats[0].Start();
        await program.WatchingAsync(stop);
        await Workplace.UntilAsync(isReached, stop);
        var asked = TimeProvider.System.GetTimestamp();
        program.Terminate();
        await program.WaitForExitAsync(stop);
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, EndsWithin);
        Assert.Equal(0, program.ExitCode);
    }

    private static async Task FinishAsync(Workplace place, CancellationToken stop)
    {
        using var program = place.Seats[0].Start();
        await program.WatchingAsync(stop);
        await Workplace.UntilAsync(() => place.Devnet.Observer.Admitted.Count > 0, stop);
        // A second submission, if there were one, would come within these blocks.
        await place.Devnet.WaitForHeightAsync(place.Devnet.Height + 10, stop);
        var admitted = Assert.Single(place.Devnet.Observer.Admitted);
        Assert.Equal(Topic.FirstOpening, admitted.Name.Nonce.Value);
        Assert.Empty(place.Devnet.Observer.Duplicates);
        program.Terminate();
        await program.WaitForExitAsync(stop);
        Assert.Equal(0, program.ExitCode);
    }
}
