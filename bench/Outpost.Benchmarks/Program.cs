using Outpost.Benchmarks;

if (args is not [var name])
{
    Console.Error.WriteLine("Start benchmarks with bench/run NAME.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, signal) =>
{
    signal.Cancel = true;
    stop.Cancel();
};

IReadOnlyList<Figure> figures;
switch (name)
{
    case "tx-build":
        figures = await TransactionBuild.MeasureAsync(stop.Token);
        break;
    default:
        Console.Error.WriteLine($"There is no benchmark '{name}'; bench/run lists them.");
        return 2;
}

foreach (var figure in figures)
{
    Console.WriteLine(figure.ToJson());
}

return 0;
