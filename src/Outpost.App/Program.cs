using System.Runtime.InteropServices;
using Outpost.App.Commands;

using var stop = new CancellationTokenSource();

// The first signal asks for a graceful end; a second one finds no handler and ends the process at once.
void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var surroundings = new CommandSurroundings(
    Console.In, Console.Out, Console.Error, TimeProvider.System,
    SecretPrompt.Ask, Environment.GetEnvironmentVariable)
{
    EnvironmentNames = [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()],
    IsErrorInteractive = !Console.IsErrorRedirected,
    IsInteractive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"),
};
return await OutpostCommands.RunAsync(args, surroundings, stop.Token);
