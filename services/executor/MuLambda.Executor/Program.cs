using MuLambda.Executor.Options;

return await ExecutorCommand.RunAsync(args);
