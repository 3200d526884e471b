module apibuf/connector

go 1.21
