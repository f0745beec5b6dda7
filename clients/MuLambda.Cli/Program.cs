using MuLambda.Cli;
using MuLambda.Cli.Terminal;

return await new MuLambdaCli(CliConsole.OfProcess()).RunAsync(args, CancellationToken.None);
