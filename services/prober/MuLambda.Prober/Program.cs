using MuLambda.Prober.Options;

return await ProberCommand.RunAsync(args);
