using MuLambda.Registry;

return await RegistryHost.RunAsync(args);
