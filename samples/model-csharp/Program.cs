// dotnet run --project samples/model-csharp -- --urls http://127.0.0.1:8000
PriceModel.PriceModelServer.Build(args).Run();
